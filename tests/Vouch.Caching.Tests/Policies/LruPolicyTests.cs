using Vouch.Caching.Policies;

namespace Vouch.Caching.Tests.Policies;

public sealed class LruPolicyTests
{
    [Fact]
    public void Victim_AfterReads_IsTheOneNotReadForLongest()
    {
        var policy = new LruPolicy();
        policy.EnsureSlots(3);
        for (int slot = 0; slot < 3; slot++)
        {
            policy.Insert(slot, (ulong)slot, weight: 1);
        }

        policy.Hit(0);
        policy.Victim().Should().Be(1);
        policy.Remove(1, evicted: true);
        policy.Victim().Should().Be(2);
        policy.Hit(2);
        policy.Victim().Should().Be(0);
    }
}
