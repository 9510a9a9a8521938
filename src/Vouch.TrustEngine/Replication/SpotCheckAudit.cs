using System.Globalization;

namespace Vouch.TrustEngine.Replication;

/// <summary>Proves, once the seed of a lottery is revealed, that its draws were those committed to and that every decision followed from its draw.</summary>
/// <remarks>Pure and safe to share. What it cannot show is that no order is missing: keep orders in an <see cref="Vouch.TrustEngine.Audit.AuditLog"/>.</remarks>
public static class SpotCheckAudit
{
    /// <summary>Repeats the draws of orders.</summary>
    /// <param name="commitment">The commitment as the log holds it.</param>
    /// <param name="seed">The revealed seed.</param>
    /// <param name="orders">The orders as the log holds them.</param>
    /// <returns>What is not as it should be, in the order of <paramref name="orders"/>; empty where everything is proven.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="orders"/> or one of them is null.</exception>
    public static IReadOnlyList<string> Verify(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> seed, IEnumerable<VerificationOrder> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        if (!SpotCheckLottery.Matches(commitment, seed))
        {
            return ["The revealed seed is not the one that was committed to: nothing can be concluded about the draws."];
        }

        var lottery = SpotCheckLottery.FromSeed(seed);
        var problems = new List<string>();
        int index = 0;
        foreach (VerificationOrder order in orders)
        {
            ArgumentNullException.ThrowIfNull(order, nameof(orders));
            double draw = lottery.Repeat(order.Unit, order.Worker, order.Round);
            if (order.Draw != draw)
            {
                problems.Add(Text($"Order {index}, {order.Unit} of {order.Worker}: the draw is {draw:R}, not {order.Draw:R} as recorded."));
            }
            else if (order.Step != VerificationStep.Refuse && (draw < order.Rate) != (order.Step != VerificationStep.Accept))
            {
                problems.Add(Text($"Order {index}, {order.Unit} of {order.Worker}: with a draw of {draw:R} at a rate of {order.Rate:R} the step cannot be {order.Step}."));
            }

            index++;
        }

        return problems;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
