namespace Vouch.Observability.RootCause;

/// <summary>Gathers charges by service and channel. Time between two services is charged to the one of the two whose other edges changed as well; calls that a service no longer makes, to the one after whose
/// answers it breaks off where others do so too.</summary>
internal static class ServiceCharges
{
    // A call that nearly always comes last tells nothing by coming last.
    private const double MostlyLast = 0.9;

    // One in a thousand for the caller that shows it most, one in twenty for another that confirms it.
    private static readonly double First = Math.Log(1000);
    private static readonly double Second = Math.Log(20);

    /// <summary>The strongest charge of each service and channel, edges settled.</summary>
    public static Dictionary<(int Service, AccusationChannel Channel), Charge> Gather(List<Charge> charges)
    {
        var strongest = new Dictionary<(int, AccusationChannel), Charge>();
        foreach (Charge charge in charges)
        {
            if (charge.Caller < 0)
            {
                Keep(strongest, charge);
            }
        }

        foreach (Charge charge in SettleEdges(charges))
        {
            Keep(strongest, charge);
        }

        SettleAbandonment(charges, strongest);
        return strongest;
    }

    // A service that is slow to reach is slow for most of its callers; a service that is starved waits long for most of those it calls. So what the lower median of a caller's edges has in common is the
    // caller's; of what remains, the called service answers for the lower median over its callers; the rest is the caller's again. Medians are of effects, so that an edge of few calls counts as much.
    private static List<Charge> SettleEdges(List<Charge> charges)
    {
        Dictionary<(int Caller, int Callee), Charge> edges = [];
        foreach (Charge charge in charges)
        {
            if (charge.Caller >= 0 && !charge.Key.IsLast && (!edges.TryGetValue((charge.Caller, charge.Service), out Charge best) || charge.LogTail > best.LogTail))
            {
                edges[(charge.Caller, charge.Service)] = charge;
            }
        }

        Dictionary<int, double> common = edges.GroupBy(edge => edge.Key.Caller).ToDictionary(
            outgoing => outgoing.Key, outgoing => outgoing.Count() < 2 ? 0 : LowerMedian(outgoing.Select(edge => edge.Value.Effect)));
        var settled = new List<Charge>(2 * edges.Count);
        foreach (IGrouping<int, KeyValuePair<(int Caller, int Callee), Charge>> incoming in edges.GroupBy(edge => edge.Key.Callee))
        {
            double answeredFor = LowerMedian(incoming.Select(edge => Math.Max(0, edge.Value.Effect - common[edge.Key.Caller])));
            foreach (((int caller, _), Charge charge) in incoming)
            {
                double effect = charge.Effect;
                if (effect > 0)
                {
                    double share = Math.Min(answeredFor, Math.Max(0, effect - common[caller])) / effect;
                    settled.Add(charge with { LogTail = charge.LogTail * share });
                    settled.Add(charge with { LogTail = charge.LogTail * (1 - share), Service = caller });
                }
            }
        }

        return settled;
    }

    // One caller that breaks off after a call may do so by itself; where a second one does so too, they have the answers in common. What the callers no longer do is then charged to the called one, and to
    // the callers by half; to a single caller wholly, and to the called one by half.
    private static void SettleAbandonment(List<Charge> charges, Dictionary<(int, AccusationChannel), Charge> strongest)
    {
        foreach (IGrouping<int, Charge> callee in charges.Where(charge => charge.Key.IsLast && charge.Normal.Mean < MostlyLast).GroupBy(charge => charge.Service))
        {
            Charge[] callers = [.. callee.GroupBy(charge => charge.Caller).Select(caller => caller.MaxBy(charge => charge.LogTail)).OrderByDescending(charge => charge.LogTail)];
            bool agreed = callers.Length > 1 && callers[1].LogTail >= Second;
            foreach (Charge caller in callers.Where(caller => caller.LogTail >= First))
            {
                Charge broken = charges.Where(charge => charge.Caller < 0 && charge.Key.Channel == AccusationChannel.Structure && charge.Key.Operation == caller.Key.Operation).MaxBy(charge => charge.LogTail);
                if (broken.LogTail > 0)
                {
                    Keep(strongest, broken with { Service = callee.Key, LogTail = broken.LogTail * (agreed ? 1 : 0.5) });
                    if (agreed && strongest[(caller.Caller, AccusationChannel.Structure)].Key == broken.Key)
                    {
                        strongest[(caller.Caller, AccusationChannel.Structure)] = broken with { LogTail = broken.LogTail / 2 };
                    }
                }
            }
        }
    }

    private static double LowerMedian(IEnumerable<double> effects)
    {
        double[] sorted = [.. effects.Select(effect => Math.Max(0, effect)).Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    private static void Keep(Dictionary<(int, AccusationChannel), Charge> strongest, Charge charge)
    {
        (int, AccusationChannel) at = (charge.Service, charge.Key.Channel);
        if (!strongest.TryGetValue(at, out Charge best) || charge.LogTail > best.LogTail)
        {
            strongest[at] = charge;
        }
    }
}
