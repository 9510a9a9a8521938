using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Bulkheads;

/// <summary>A count of calls under way per key.</summary>
internal sealed class BulkheadGate(BulkheadStrategyOptions options) : KeyedGate
{
    private readonly KeyedStates<Compartment> _compartments = new(static () => new Compartment(), options.MaxKeys, options.IdleTimeout);
    private readonly int _max = options.MaxConcurrency;

    public override RefusalReason Refusal => RefusalReason.LimitReached;

    public KeyedStates<Compartment> Compartments => _compartments;

    public override KeyedState? TryEnter(string key, long now)
    {
        while (true)
        {
            Compartment compartment = _compartments.GetOrAdd(key, now);
            lock (compartment)
            {
                if (!compartment.IsForgotten)
                {
                    if (compartment.InFlight >= _max)
                    {
                        return null;
                    }

                    compartment.InFlight++;
                    return compartment;
                }
            }
        }
    }

    public override void Exit(KeyedState state, string key, long started, long now, ErrorClass? error)
    {
        lock (state)
        {
            ((Compartment)state).InFlight--;
        }
    }

    internal sealed class Compartment : KeyedState
    {
        public int InFlight;

        public override bool IsIdle => InFlight == 0;
    }
}
