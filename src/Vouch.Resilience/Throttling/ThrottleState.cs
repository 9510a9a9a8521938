using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Throttling;

/// <summary>What calls of a key were accepted lately.</summary>
internal sealed class ThrottleState : KeyedState
{
    public float Requests;
    public float Accepts;
    public long Time;

    public override bool IsIdle => true;

    /// <summary>Lets what happened before fade.</summary>
    public void Fade(long now, double window)
    {
        if (now > Time)
        {
            float share = (float)Math.Exp(-(now - Time) / window);
            Requests *= share;
            Accepts *= share;
            Time = now;
        }
    }
}
