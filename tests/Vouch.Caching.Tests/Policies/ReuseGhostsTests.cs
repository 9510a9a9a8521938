using Vouch.Caching.Policies;

namespace Vouch.Caching.Tests.Policies;

public sealed class ReuseGhostsTests
{
    [Fact]
    public void TryTake_KeyThatWasAdded_GivesItBackOnce()
    {
        var ghosts = new ReuseGhosts(100);
        ghosts.Add(0xDEADBEEF, lastRead: 17, kind: 0, now: 20, out _, out _).Should().BeFalse();

        ghosts.TryTake(0xDEADBEEE, out _, out _).Should().BeFalse();
        ghosts.TryTake(0xDEADBEEF, out uint lastRead, out byte kind).Should().BeTrue();

        lastRead.Should().Be(17u);
        kind.Should().Be(0);
        ghosts.TryTake(0xDEADBEEF, out _, out _).Should().BeFalse();
    }

    [Fact]
    public void Add_MoreThanItHolds_ForgetsOneReadLongAgoForEach()
    {
        var ghosts = new ReuseGhosts(1000);
        var random = new Random(2);
        uint[] hashes = [.. Enumerable.Range(0, 5000).Select(_ => (uint)random.NextInt64(1L << 32))];
        int forgotten = 0;
        for (uint i = 0; i < hashes.Length; i++)
        {
            if (ghosts.Add(hashes[i], i, 5, i, out uint forgottenRead, out byte forgottenKind))
            {
                forgotten++;
                forgottenRead.Should().BeLessThan(i);
                forgottenKind.Should().Be(5);
            }
        }

        int remembered = hashes.Count(hash => ghosts.TryTake(hash, out _, out _));

        remembered.Should().Be(5000 - forgotten).And.BeLessThanOrEqualTo(ghosts.Capacity).And.BeGreaterThan(ghosts.Capacity * 9 / 10);
        ghosts.Capacity.Should().Be(1000);
    }
}
