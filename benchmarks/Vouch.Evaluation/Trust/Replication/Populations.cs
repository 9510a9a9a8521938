namespace Vouch.Evaluation.Trust.Replication;

/// <summary>The populations that a scheme is tried on.</summary>
internal static class Populations
{
    /// <param name="sleeperShare">The share of its results that a sleeper forges once it is trusted.</param>
    /// <param name="ringShare">The share of the units that the ring forges once its members are trusted.</param>
    public static IReadOnlyList<Population> All(double sleeperShare, double ringShare) =>
    [
        new("honest", 0, static _ => false, false, "nobody cheats"),
        new("sleepers_10", 0.1, sight => sight.SinceTrusted > 0 && sight.Own < sleeperShare, false, "honest until trusted, then each forges a share of its results, on its own"),
        new("colluders_30", 0.3, sight => sight.SinceTrusted > 0 && sight.UnitSecret < ringShare, true, "one ring, honest until trusted; then its members forge the same units, alike"),
        new("sleepers_10_all_out", 0.1, static sight => sight.SinceTrusted > 0, false, "honest until trusted, then every result is forged"),
        new("sleepers_10_slow", 0.1, static sight => sight.SinceTrusted > 0 && sight.Own < 0.01, false, "honest until trusted, then one result in a hundred is forged"),
        new("sleepers_10_at_the_end", 0.1, static sight => sight.Progress > 0.95, false, "honest for 95 % of the job, then every result is forged"),
        new("sleepers_10_one_by_one", 0.1, static sight => sight.Trusted && sight.Number <= sight.Caught && sight.Progress > 0.09 * sight.Number, false, "one turns after the other, when the last was caught and the alarm is over"),
        new("sleepers_10_bargain", 0.1, static sight => sight.Trusted && sight.Rate < 0.02, false, "forge all they can while the rate is below 2 %, none while it is above"),
        new("on_off_20", 0.2, static sight => sight.Trusted && (sight.SinceTrusted / 50) % 2 == 1, false, "fifty honest results, fifty forged ones, in turns"),
        new("random_40", 0.4, static sight => sight.Own < 0.5, false, "forge half of their results from the first on"),
        new("always_40", 0.4, static _ => true, true, "forge everything alike, from the first result on"),
        new("camouflage_30", 0.3, static sight => sight.SinceTrusted > 0 && sight.UnitSecret < 0.02, true, "one ring that forges 2 % of the units, its targets, and nothing else"),
        new("ring_60", 0.6, static sight => sight.SinceTrusted > 0 && sight.UnitSecret < 0.25, true, "the ring is the majority"),
        new("flood", 0, static sight => sight.Trusted, true, "as many fresh ids as there are workers join at a tenth of the job, pass probation, forge everything, and come back under a fresh name when caught")
        { JoinLater = 1, ComesBack = true },
        new("flood_known_owner", 0, static sight => sight.Trusted, true, "the same, and the host knows that one owner runs them")
        { JoinLater = 1, ComesBack = true, OwnerKnown = true },
    ];
}
