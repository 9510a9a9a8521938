using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Security.Replay;
using Vouch.Testing;

namespace Vouch.Security.Tests.Replay;

public sealed class ReplayStoreTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Against a set that never forgets, through moves of both clocks and restarts: nothing is accepted twice.</summary>
    [Fact]
    public void TryAccept_RandomTimesClockStepsAndRestarts_AcceptsNothingTwice()
    {
        int run = 0;
        Prop.ForAll(
            Gen.Choose(0, 99).Zip(Gen.Choose(0, 1_000)).ArrayOf(300).ToArbitrary(),
            steps =>
            {
                var time = new ManualTimeProvider();
                var options = new ReplayStoreOptions { Window = TimeSpan.FromSeconds(80), MaxSkew = TimeSpan.FromSeconds(30), Capacity = 64, JournalPath = Path.Combine(_folder, $"run{run++}") };
                var store = new ReplayStore(options, time);
                var sent = new List<(UInt128 Token, DateTimeOffset Created)>();
                var accepted = new HashSet<UInt128>();
                UInt128 next = 1;
                foreach ((int kind, int number) in steps)
                {
                    if (kind < 50)
                    {
                        // Something new, signed at a bucket's edge or anywhere in the window.
                        DateTimeOffset created = time.GetUtcNow().AddSeconds((number % 2 == 0 ? number % 9 * 10 : number % 100) - 85);
                        sent.Add((next * 0x9E37_79B9_7F4A_7C15UL << 60, created));
                        next++;
                        Try(sent[^1]);
                    }
                    else if (kind < 85 && sent.Count > 0)
                    {
                        Try(sent[number % sent.Count]);
                    }
                    else if (kind < 94)
                    {
                        time.Advance(TimeSpan.FromSeconds(number % 120));
                    }
                    else if (kind < 97)
                    {
                        time.StepWallClock(TimeSpan.FromHours(number % 2 == 0 ? 1 : -1));
                    }
                    else
                    {
                        store.Dispose();
                        options.Window = TimeSpan.FromSeconds(40 + (number % 80));
                        store = new ReplayStore(options, time);
                    }
                }

                foreach ((UInt128 Token, DateTimeOffset Created) entry in sent)
                {
                    Try(entry);
                }

                store.Count.Should().BeLessThanOrEqualTo(64);
                store.Dispose();

                void Try((UInt128 Token, DateTimeOffset Created) entry)
                {
                    if (store.TryAccept(entry.Token, entry.Created) == ReplayOutcome.Accepted)
                    {
                        accepted.Add(entry.Token).Should().BeTrue("nothing is accepted twice");
                    }
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void TryAccept_WithinTheWindow_AcceptsWhatIsNewAlsoAfterAStepForwardAndBack()
    {
        using var store = new ReplayStore(new ReplayStoreOptions { Window = TimeSpan.FromMinutes(10) }, _time);
        store.TryAccept(1, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);

        _time.StepWallClock(TimeSpan.FromHours(1));
        store.TryAccept(2, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
        _time.Advance(TimeSpan.FromMinutes(2));
        store.TryAccept(3, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
        _time.StepWallClock(TimeSpan.FromHours(-1));

        store.TryAccept(4, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted, "a clock that was wrong for two minutes has made nothing be forgotten");
        store.TryAccept(1, _time.GetUtcNow().AddMinutes(-2)).Should().Be(ReplayOutcome.Replayed);
        store.TryAccept(2, _time.GetUtcNow().AddMinutes(58)).Should().Be(ReplayOutcome.TooNew);
    }

    [Fact]
    public void TryAccept_Full_RefusesUntilTheOldestMayGo()
    {
        using var store = new ReplayStore(new ReplayStoreOptions { Window = TimeSpan.FromMinutes(8), Capacity = 100 }, _time);
        DateTimeOffset start = _time.GetUtcNow();
        for (UInt128 i = 0; i < 100; i++)
        {
            store.TryAccept(i << 100, start).Should().Be(ReplayOutcome.Accepted);
        }

        store.TryAccept(1_000, start).Should().Be(ReplayOutcome.Full);
        store.TryAccept(5, start).Should().Be(ReplayOutcome.Full);
        store.TryAccept((UInt128)5 << 100, start).Should().Be(ReplayOutcome.Replayed);
        _time.Advance(TimeSpan.FromMinutes(8.5));
        store.TryAccept(1_000, _time.GetUtcNow()).Should().Be(ReplayOutcome.Full, "the bucket is open for another half minute: its end plus the window");
        _time.Advance(TimeSpan.FromMinutes(2));
        store.TryAccept(1_000, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
        store.Count.Should().Be(1);
        store.TryAccept((UInt128)5 << 100, start).Should().Be(ReplayOutcome.TooOld);
        store.RemembersSince.Should().BeAfter(start);
    }

    [Fact]
    public void Restart_WithItsFile_RefusesWhatWasAccepted()
    {
        var options = new ReplayStoreOptions { JournalPath = Path.Combine(_folder, "journal"), FlushToDisk = true };
        using (var store = new ReplayStore(options, _time))
        {
            store.TryAccept(1, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
            store.TryAccept(2, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
            FluentActions.Invoking(() => new ReplayStore(options, _time)).Should().Throw<IOException>("two processes would each accept");
        }

        // A process that was killed while it wrote leaves a piece of a record.
        File.AppendAllBytes(options.JournalPath, [1, 2, 3]);
        using var again = new ReplayStore(options, _time);

        again.WasDamaged.Should().BeFalse();
        again.Count.Should().Be(2);
        again.TryAccept(1, _time.GetUtcNow()).Should().Be(ReplayOutcome.Replayed);
        again.TryAccept(2, _time.GetUtcNow()).Should().Be(ReplayOutcome.Replayed);
        again.TryAccept(3, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
    }

    [Fact]
    public void Restart_DamagedFile_RefusesAllThatWasSignedBefore()
    {
        var options = new ReplayStoreOptions { JournalPath = Path.Combine(_folder, "journal") };
        using (var store = new ReplayStore(options, _time))
        {
            for (UInt128 i = 0; i < 10; i++)
            {
                store.TryAccept(i, _time.GetUtcNow());
            }
        }

        byte[] bytes = File.ReadAllBytes(options.JournalPath);
        bytes[150] ^= 1;
        File.WriteAllBytes(options.JournalPath, bytes);
        using var again = new ReplayStore(options, _time);

        again.WasDamaged.Should().BeTrue();
        for (UInt128 i = 0; i < 12; i++)
        {
            again.TryAccept(i, _time.GetUtcNow()).Should().Be(ReplayOutcome.TooOld);
        }

        _time.Advance(TimeSpan.FromMinutes(6));
        again.TryAccept(3, _time.GetUtcNow()).Should().Be(ReplayOutcome.Accepted);
    }

    [Fact]
    public void Open_AnotherKindOfFile_Throws()
    {
        string path = Path.Combine(_folder, "other");
        File.WriteAllText(path, new string('x', 500));

        FluentActions.Invoking(() => new ReplayStore(new ReplayStoreOptions { JournalPath = path })).Should().Throw<InputValidationException>().Which.DataSource.Should().Be(path);
    }

    /// <summary><c>VOUCH_SECURITY_REPLAYS</c> (default 200,000) replays from several threads, half of them while the originals arrive.</summary>
    [Fact]
    public async Task TryAccept_ManyReplaysAtOnce_AcceptsEachOnce()
    {
        int replays = Scale.Of("VOUCH_SECURITY_REPLAYS", 200_000);
        const int distinct = 20_000;
        var options = new ReplayStoreOptions { JournalPath = Path.Combine(_folder, "journal") };
        var store = new ReplayStore(options, _time);
        DateTimeOffset start = _time.GetUtcNow();
        int[] accepted = new int[distinct];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread / 2); // two threads each in step
            for (int i = 0; i < replays / 4; i++)
            {
                int which = random.Next(distinct);
                if (i % 10_000 == 0)
                {
                    _time.Advance(TimeSpan.FromSeconds(30));
                    _time.StepWallClock(TimeSpan.FromHours(i / 10_000 % 2 == 0 ? 1 : -1));
                }

                if (store.TryAccept(TokenOf(which), start.AddSeconds(which % 600)) == ReplayOutcome.Accepted)
                {
                    Interlocked.Increment(ref accepted[which]);
                }
            }
        })));

        accepted.Should().OnlyContain(count => count <= 1);
        accepted.Sum().Should().BeGreaterThan(0);

        // Nor after a restart, whatever the wall clock says then.
        foreach (int hours in (int[])[0, 1, -2])
        {
            store.Dispose();
            _time.StepWallClock(TimeSpan.FromHours(hours));
            store = new ReplayStore(options, _time);
            int again = Enumerable.Range(0, distinct).Count(which => accepted[which] > 0 && store.TryAccept(TokenOf(which), start.AddSeconds(which % 600)) == ReplayOutcome.Accepted);
            again.Should().Be(0);
        }

        store.Dispose();

        static UInt128 TokenOf(int which) => (UInt128)(ulong)which << 110 | (uint)which;
    }
}
