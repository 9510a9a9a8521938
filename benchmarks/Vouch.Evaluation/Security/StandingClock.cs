namespace Vouch.Evaluation.Security;

/// <summary>A clock that stands where a vector wants it.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
