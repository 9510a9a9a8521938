using Vouch.Core.Exceptions;

namespace Vouch.Observability.Slo;

/// <summary>A promise about a share of events over a rolling period, such as "at least 99.9 % below 250 ms over 30 days".</summary>
/// <remarks>
/// <para>Immutable and safe to share. The comparison tells which events spend the budget: with ≥, &gt; and = the target is the share of good events, and those that miss the
/// indicator spend it; with ≤ and &lt; the target is the share of bad events that is allowed, and those that meet the indicator spend it.</para>
/// <para>A value that is NaN always spends budget: nothing good is known of it.</para>
/// </remarks>
public sealed record ServiceLevelObjective
{
    /// <summary>The shortest period.</summary>
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(10);

    /// <summary>The longest period.</summary>
    public static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

    /// <summary>Initializes an objective.</summary>
    /// <param name="comparison">How the share is compared with the target.</param>
    /// <param name="target">The target, in [0, 1].</param>
    /// <param name="indicator">What is counted.</param>
    /// <param name="period">The rolling period, in [10 seconds, 366 days].</param>
    /// <param name="name">The name; null for the objective's text.</param>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public ServiceLevelObjective(Comparison comparison, Fraction target, Indicator indicator, TimeSpan period, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(indicator);
        Comparisons.Require(comparison, nameof(comparison));
        if (target > Fraction.One)
        {
            throw new ArgumentOutOfRangeException(nameof(target), target, "A target is a share: at most 1.");
        }

        if (period < ShortestPeriod || period > LongestPeriod)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "A period is between 10 seconds and 366 days.");
        }

        if (indicator.Kind == IndicatorKind.TimeSlices && indicator.Slice >= period)
        {
            throw new ArgumentException("A slice is shorter than the period.", nameof(indicator));
        }

        if (name is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
        }

        Comparison = comparison;
        Target = target;
        Indicator = indicator;
        Period = period;
        Budget = CountsBad ? target : target.Complement();
        Name = name ?? Text;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how the share is compared with <see cref="Target"/>.</summary>
    public Comparison Comparison { get; }

    /// <summary>Gets the target share.</summary>
    public Fraction Target { get; }

    /// <summary>Gets what is counted.</summary>
    public Indicator Indicator { get; }

    /// <summary>Gets the rolling period.</summary>
    public TimeSpan Period { get; }

    /// <summary>Gets the error budget: the share of events that may be bad.</summary>
    public Fraction Budget { get; }

    /// <summary>Gets the objective in the words that <see cref="Parse"/> reads, without its name.</summary>
    public string Text => $"{Comparison.Symbol()} {Shares.Format(Target)}{(Indicator.Kind == IndicatorKind.Events ? (CountsBad ? " bad" : " good") : " " + Indicator)} over {Durations.Format(Period)}";

    // With these two the target is what may go wrong, not what must go right.
    internal bool CountsBad => Comparison is Comparison.AtMost or Comparison.Below;

    /// <summary>Reads an objective.</summary>
    /// <param name="text">For example <c>99.9% &lt; 250ms over 30d</c>.</param>
    /// <returns>The objective.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="InputValidationException">The text is not an objective; the location is the column, and the message says what was expected there.</exception>
    /// <remarks>
    /// <para>The grammar; spaces may stand anywhere between words, and letters' case counts in units only:</para>
    /// <code>
    /// objective = [name ":"] [op] share ("of" duration "slices" "with" [op] share)? ("good" | "bad")? [op value [unit]] "over" duration
    /// share     = number "%" | number in [0, 1] | "p" number
    /// op        = ">=" | "≥" | "&lt;=" | "≤" | "=" | "==" | ">" | "&lt;"
    /// duration  = number ("s" | "m" | "min" | "h" | "d" | "w"), once or more: 1h30m
    /// </code>
    /// <para>Without an operator before the share, it is ≥. <c>p99</c> is short for 99 %: the 99th percentile is below a threshold exactly where at least 99 % of the values are.
    /// Examples: <c>99.9% over 28d</c>, <c>&lt;= 0.1% bad over 7d</c>, <c>checkout: p99 &lt; 250ms over 30d</c>, <c>99% of 5m slices with 95% &lt; 1s over 30d</c>,
    /// <c>&lt; 1% > 2s over 1d</c> (fewer than one in a hundred above two seconds).</para>
    /// </remarks>
    public static ServiceLevelObjective Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ServiceLevelObjective? objective, out ObjectiveError? error)
            ? objective
            : throw new InputValidationException($"'{Shorten(text)}' is not an objective. {error}")
            {
                Location = $"column {error.Column}",
                Value = error.Found,
                Expected = error.Expected,
            };
    }

    /// <summary>Reads an objective without an exception where it is none.</summary>
    /// <param name="text">The text, in the grammar of <see cref="Parse"/>.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="error">Where the text ceases to be an objective, and what was expected there.</param>
    /// <returns>True where the text is an objective.</returns>
    public static bool TryParse(
        string? text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ServiceLevelObjective? objective,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out ObjectiveError? error)
    {
        var parser = new ObjectiveParser(text ?? string.Empty);
        objective = parser.Read();
        error = parser.Error;
        return objective is not null;
    }

    /// <summary>Tells whether counts keep the promise.</summary>
    /// <param name="bad">The bad events, 0 or more.</param>
    /// <param name="total">All events, at least <paramref name="bad"/>.</param>
    /// <returns>True or false by exact comparison; null where there is no event, because nothing is known then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there are more bad events than events.</exception>
    public bool? IsMet(long bad, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bad);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, bad);
        return total == 0 ? null : Comparison.Holds(Target.CompareShare(CountsBad ? bad : total - bad, total));
    }

    /// <summary>Returns the objective in the words that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Name == Text ? Text : $"{Name}: {Text}";

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
