using Vouch.Core.Validation;
using Vouch.Optimizer.Budgets;

namespace Vouch.Optimizer.Endpoints;

/// <summary>The prices of an endpoint, exact to a picodollar per token, and what it bills beyond what it shows.</summary>
/// <remarks>Immutable and safe to share. All arithmetic is on integers; amounts are rounded up to the nanodollar.</remarks>
public sealed record EndpointPrices
{
    /// <summary>The dearest price that can be stated, in dollars per million tokens.</summary>
    public const decimal MaxUsdPerMillion = 1_000_000m;

    /// <summary>The largest reasoning factor that can be stated.</summary>
    public const double MaxReasoningFactor = 1_000;

    private const decimal PicoUsdPerTokenPerUsdPerMillion = 1_000_000m;
    private const int PicoPerNano = 1_000;

    private readonly long _input;
    private readonly long _output;
    private readonly long _reasoning;

    /// <summary>Initializes prices.</summary>
    /// <param name="inputUsdPerMillion">The price of input tokens, in dollars per million, 0 to <see cref="MaxUsdPerMillion"/>.</param>
    /// <param name="outputUsdPerMillion">The price of output tokens, in the same unit and range.</param>
    /// <param name="reasoningUsdPerMillion">The price of hidden reasoning tokens; null where they cost what output tokens cost.</param>
    /// <param name="reasoningFactor">The output tokens billed for each visible one, 1 or more: 1 where nothing is hidden, 6 where five hidden tokens stand behind each visible one.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public EndpointPrices(decimal inputUsdPerMillion, decimal outputUsdPerMillion, decimal? reasoningUsdPerMillion = null, double reasoningFactor = 1)
    {
        InputUsdPerMillion = Boundary.InRange(inputUsdPerMillion, 0m, MaxUsdPerMillion);
        OutputUsdPerMillion = Boundary.InRange(outputUsdPerMillion, 0m, MaxUsdPerMillion);
        ReasoningUsdPerMillion = Boundary.InRange(reasoningUsdPerMillion ?? outputUsdPerMillion, 0m, MaxUsdPerMillion, nameof(reasoningUsdPerMillion));
        ReasoningFactor = Boundary.InRange(reasoningFactor, 1.0, MaxReasoningFactor);
        _input = Pico(InputUsdPerMillion);
        _output = Pico(OutputUsdPerMillion);
        _reasoning = Pico(ReasoningUsdPerMillion);
    }

    /// <summary>Gets the price of input tokens, in dollars per million.</summary>
    public decimal InputUsdPerMillion { get; }

    /// <summary>Gets the price of visible output tokens, in dollars per million.</summary>
    public decimal OutputUsdPerMillion { get; }

    /// <summary>Gets the price of hidden reasoning tokens, in dollars per million.</summary>
    public decimal ReasoningUsdPerMillion { get; }

    /// <summary>Gets the output tokens billed for each visible one.</summary>
    /// <value>1 to <see cref="MaxReasoningFactor"/>.</value>
    public double ReasoningFactor { get; }

    /// <summary>What a call costs whose tokens are known.</summary>
    /// <param name="inputTokens">The input tokens, 0 or more.</param>
    /// <param name="outputTokens">The visible output tokens, 0 or more.</param>
    /// <param name="reasoningTokens">The hidden reasoning tokens, 0 or more.</param>
    /// <returns>The cost, rounded up to the nanodollar; <see cref="NanoUsd.MaxValue"/> where it is larger.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public NanoUsd CostOf(long inputTokens, long outputTokens, long reasoningTokens = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(reasoningTokens);
        Int128 pico = ((Int128)_input * inputTokens) + ((Int128)_output * outputTokens) + ((Int128)_reasoning * reasoningTokens);
        return Rounded(pico);
    }

    /// <summary>What a call is expected to cost.</summary>
    /// <param name="inputTokens">The input tokens, 0 or more.</param>
    /// <param name="billedOutputTokens">The output tokens expected to be billed, hidden ones included, 0 or more; NaN and negative numbers count as 0. The reasoning factor tells how they split.</param>
    /// <returns>The cost, rounded up to the nanodollar.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputTokens"/> is negative.</exception>
    public NanoUsd ExpectedCost(long inputTokens, double billedOutputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        double billed = billedOutputTokens > 0 ? Math.Min(billedOutputTokens, 1e12) : 0;
        double visible = billed / ReasoningFactor;
        return Rounded(((Int128)_input * inputTokens) + (Int128)Math.Ceiling((visible * _output) + ((billed - visible) * _reasoning)));
    }

    /// <summary>The most a call can cost: each billed output token at the dearer of the two prices.</summary>
    /// <param name="maxInputTokens">The most input tokens it can have, 0 or more.</param>
    /// <param name="maxBilledOutputTokens">The most output tokens that can be billed, hidden ones included, 0 or more.</param>
    /// <returns>The cost, rounded up to the nanodollar; <see cref="NanoUsd.MaxValue"/> where it is larger.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public NanoUsd WorstCost(long maxInputTokens, long maxBilledOutputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxInputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBilledOutputTokens);
        return Rounded(((Int128)_input * maxInputTokens) + ((Int128)Math.Max(_output, _reasoning) * maxBilledOutputTokens));
    }

    private static NanoUsd Rounded(Int128 pico)
    {
        // Counts that fit 64 bits, which all real ones do, need no 128-bit division.
        if (pico <= long.MaxValue - PicoPerNano)
        {
            return new NanoUsd(((long)pico + PicoPerNano - 1) / PicoPerNano);
        }

        Int128 nano = (pico + PicoPerNano - 1) / PicoPerNano;
        return nano >= long.MaxValue ? NanoUsd.MaxValue : new NanoUsd((long)nano);
    }

    private static long Pico(decimal usdPerMillion) => (long)decimal.Ceiling(usdPerMillion * PicoUsdPerTokenPerUsdPerMillion);
}
