namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class ExactSearch
{
    /// <summary>How many jobs a repair sets free, and how many parts it may look at.</summary>
    private const int LeastFreed = 5;
    private const int MostFreed = 12;
    private const int NodesPerRepair = 60;

    private readonly List<(double Key, int Job)> _near = [];

    /// <summary>
    /// Improves the best plan by solving small parts of it exactly: the jobs about some time are free, all others stay (a large neighbourhood; P. Shaw, CP 1998). What
    /// <see cref="Run"/> has done is forgotten.
    /// </summary>
    public void Repair(long nodes, SplitMix random, Func<bool> mayGoOn)
    {
        long last = Nodes + nodes;
        while (!IsProven && Nodes < last && mayGoOn())
        {
            ExactNode node = NodeAt(0);
            node.CopyFrom(_root);
            Nearest(random);
            int freed = LeastFreed + random.Next(MostFreed - LeastFreed + 1);
            for (int i = freed; i < _near.Count; i++)
            {
                Hold(node, _near[i].Job);
            }

            Begin();
            Search(Math.Min(NodesPerRepair, last - Nodes), mayGoOn);
            _depth = -1;
        }
    }

    /// <summary>Orders the jobs by how far from a random time they run, or could run where they are rejected, with some noise.</summary>
    private void Nearest(SplitMix random)
    {
        _near.Clear();
        int time = random.Next(_slots);
        double noise = _slots * 0.25;
        for (int j = 0; j < _model.JobCount; j++)
        {
            int first = First(_bestRun, j);
            double distance = first == int.MaxValue
                ? Distance(time, _model.Head[j], _model.HardDue[j])
                : Distance(time, first, Last(_bestRun, j) + 1);
            _near.Add((distance + (noise * random.NextUnit()), j));
        }

        _near.Sort();
    }

    private static int Distance(int time, int from, int to) => time < from ? from - time : Math.Max(0, time - to + 1);

    /// <summary>Holds a job where the best plan has it.</summary>
    private void Hold(ExactNode node, int job)
    {
        Span<ulong> allow = node.Allow.AsSpan(job * _words, _words);
        ReadOnlySpan<ulong> run = _bestRun.AsSpan(job * _words, _words);
        int first = First(_bestRun, job);
        node.MayRun[job] = first != int.MaxValue;
        node.MayReject[job] = !node.MayRun[job];
        if (node.MayReject[job])
        {
            return;
        }

        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            allow.Clear();
            Set(node.Allow, job, first);
        }
        else
        {
            run.CopyTo(allow);
            run.CopyTo(node.Force.AsSpan(job * _words, _words));
        }
    }
}
