using Vouch.Core.Exceptions;
using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class ResourceLimitTests
{
    [Fact]
    public void TryTake_UpToTheLimit_AdmitsAndThenRefuses()
    {
        var limit = new ResourceLimit("tiles in flight", 3);

        limit.TryTake(2).Should().BeTrue();
        limit.TryTake(2).Should().BeFalse("all or nothing");
        limit.TryTake().Should().BeTrue();
        limit.TryTake().Should().BeFalse();
        limit.TryTake(0).Should().BeTrue();
        (limit.Used, limit.Available, limit.Peak).Should().Be((3, 0, 3));
        limit.Return(2);
        (limit.Used, limit.Available, limit.Peak).Should().Be((1, 2, 3));
    }

    [Fact]
    public void Take_TooMuch_ThrowsWithTheFigures()
    {
        var limit = new ResourceLimit("tiles in flight", 3);
        limit.Take();

        ResourceAllocationException refused = FluentActions.Invoking(() => limit.Take(5)).Should().Throw<ResourceAllocationException>().Which;

        (refused.Resource, refused.Requested, refused.Available).Should().Be(("tiles in flight", 5.0, 2.0));
        refused.Message.Should().Contain("5 of tiles in flight asked for, 2 of 3 left");
        limit.Used.Should().Be(1);
    }

    [Fact]
    public void TryTake_NearTheEndOfLong_DoesNotWrap()
    {
        var limit = new ResourceLimit("bytes", long.MaxValue);

        limit.TryTake(long.MaxValue).Should().BeTrue();
        limit.TryTake(long.MaxValue).Should().BeFalse();
        limit.TryTake(1).Should().BeFalse();
    }

    [Fact]
    public void Return_MoreThanTaken_Throws()
    {
        var limit = new ResourceLimit("bytes", 10);
        limit.Take(4);

        FluentActions.Invoking(() => limit.Return(5)).Should().Throw<InvalidOperationException>().WithMessage("*5 of bytes given back, but only 4 taken*");
        limit.Used.Should().Be(4);
    }

    [Fact]
    public void BadArguments_Throw()
    {
        FluentActions.Invoking(() => new ResourceLimit(" ", 1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new ResourceLimit("x", -1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ResourceLimit("x", 1).TryTake(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ResourceLimit("x", 1).Return(-1)).Should().Throw<ArgumentOutOfRangeException>();
        new ResourceLimit("x", 0).TryTake().Should().BeFalse();
    }

    [Fact]
    public void TakeAndReturn_AllocateNothing()
    {
        var limit = new ResourceLimit("slots", 3);

        Allocations.Of(() =>
        {
            limit.Take(2);
            limit.TryTake(2);
            limit.Return(2);
        }).Should().Be(0);
    }

    [Fact]
    public void TryTake_ManyThreads_NeverGoesOver()
    {
        var limit = new ResourceLimit("slots", 3);
        int inside = 0;
        int most = 0;
        int admitted = 0;

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (limit.TryTake())
                {
                    int now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Increment(ref admitted);
                    Interlocked.Decrement(ref inside);
                    limit.Return();
                }
            }
        });

        most.Should().BeInRange(1, 3);
        admitted.Should().BePositive();
        limit.Used.Should().Be(0);
        limit.Peak.Should().BeInRange(most, 3);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
