using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

/// <summary>What the log promises whatever its store does: nothing acknowledged is missing, nothing refused is in it, nothing wrong is served.</summary>
public sealed class AuditLogStoreTests
{
    private static readonly AuditLogOptions EveryAppend = new() { Durability = AuditDurability.EveryAppend };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AppendAsync_CompletesOnlyOnceDurable_AndManyShareAFlush()
    {
        var store = new ScriptedAuditStore();
        using var flushing = new SemaphoreSlim(0);
        using var mayFlush = new SemaphoreSlim(0);
        store.BeforeFlush = () =>
        {
            flushing.Release();
            mayFlush.Wait(Patience).Should().BeTrue();
        };
        using AuditLog log = AuditLog.Open(store, EveryAppend);

        Task<long> first = log.AppendAsync(Entry(0)).AsTask();
        (await flushing.WaitAsync(Patience)).Should().BeTrue();
        Task<long>[] later = [.. Enumerable.Range(1, 100).Select(i => log.AppendAsync(Entry(i)).AsTask())];

        first.IsCompleted.Should().BeFalse("its flush has not ended");
        mayFlush.Release();
        (await first.WaitAsync(Patience)).Should().Be(0);
        (await flushing.WaitAsync(Patience)).Should().BeTrue();
        later.Should().OnlyContain(append => !append.IsCompleted);
        mayFlush.Release();
        (await Task.WhenAll(later).WaitAsync(Patience)).Should().Equal(Enumerable.Range(1, 100).Select(i => (long)i), "a caller's entries keep their order");
        store.Flushes.Should().Be(2);
        mayFlush.Release(10);
    }

    [Fact]
    public async Task AppendAsync_Cancelled_EndsTheWaitingButNotTheAppend()
    {
        var store = new ScriptedAuditStore();
        using var mayWrite = new SemaphoreSlim(0);
        store.BeforeAppend = _ => mayWrite.Wait(Patience).Should().BeTrue();
        using AuditLog log = AuditLog.Open(store, EveryAppend);
        using var cancellation = new CancellationTokenSource();

        Task<long> append = log.AppendAsync(Entry(0), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Func<Task> waiting = () => append.WaitAsync(Patience);
        Func<Task> another = () => log.AppendAsync(Entry(1), cancellation.Token).AsTask();

        await waiting.Should().ThrowAsync<OperationCanceledException>();
        await another.Should().ThrowAsync<OperationCanceledException>();
        mayWrite.Release(10);
        (await log.AppendAsync(Entry(1), TestContext.Current.CancellationToken)).Should().Be(1);
        log.ReadEntry(0).Should().Equal(Entry(0));
    }

    [Fact]
    public async Task Append_StoreRefusesOnce_RefusedEntriesAreNotInTheLogAndItGoesOn()
    {
        var store = new ScriptedAuditStore();
        using AuditLog log = AuditLog.Open(store);
        log.Append(Entry(0));
        store.BeforeAppend = _ => throw new IOException("disk full");
        Action append = () => log.Append(Entry(1));
        Action range = () => log.AppendRange([Entry(1), Entry(2)]);
        Func<Task> async = () => log.AppendAsync(Entry(1)).AsTask();

        append.Should().Throw<IOException>().WithMessage("*disk full*");
        range.Should().Throw<IOException>();
        await async.Should().ThrowAsync<IOException>();
        log.Count.Should().Be(1);
        log.Head.Size.Should().Be(1);

        store.BeforeAppend = static _ => { };
        log.Append(Entry(1)).Should().Be(1);
        (await log.AppendAsync(Entry(2))).Should().Be(2);
        log.Head.Should().Be(HeadOf(3));
    }

    [Fact]
    public async Task Append_StoreRefusesWhileOthersWait_ExactlyTheAcknowledgedEntriesAreThere()
    {
        var store = new ScriptedAuditStore();
        using (AuditLog log = AuditLog.Open(store, EveryAppend))
        {
            int calls = 0;
            store.BeforeAppend = _ =>
            {
                if (Interlocked.Increment(ref calls) % 5 == 0)
                {
                    throw new IOException("now and then");
                }
            };
            var acknowledged = new System.Collections.Concurrent.ConcurrentDictionary<long, int>();
            int refused = 0;
            await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < 300; i++)
                {
                    int number = (writer * 1000) + i;
                    try
                    {
                        long index = writer % 2 == 0 ? log.Append(Entry(number)) : await log.AppendAsync(Entry(number));
                        acknowledged.TryAdd(index, number).Should().BeTrue("an index is given once");
                    }
                    catch (IOException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            }))).WaitAsync(Patience);

            refused.Should().BePositive();
            log.Count.Should().Be(acknowledged.Count).And.Be(store.Count);
            acknowledged.Should().OnlyContain(pair => log.ReadEntry(pair.Key).SequenceEqual(Entry(pair.Value)));
            var tree = new MerkleTree();
            for (long i = 0; i < log.Count; i++)
            {
                tree.Append(Entry(acknowledged[i]));
            }

            log.Head.Should().Be(tree.Head);
        }

        store.IsDisposed.Should().BeTrue();
    }

    // After a failed fsync the system may have dropped what was to be written: a later success proves nothing.
    [Fact]
    public async Task Flush_DiskRefusesOnce_TheLogTakesNoMoreEntries()
    {
        var store = new ScriptedAuditStore();
        using AuditLog log = AuditLog.Open(store, EveryAppend);
        log.Append(Entry(0));
        store.BeforeFlush = () => throw new IOException("medium error");
        Func<Task> first = () => log.AppendAsync(Entry(1)).AsTask();
        await first.Should().ThrowAsync<IOException>().WithMessage("medium error");

        store.BeforeFlush = static () => { };
        Action append = () => log.Append(Entry(2));
        Action flush = log.Flush;
        Func<Task> async = () => log.AppendAsync(Entry(2)).AsTask();

        append.Should().Throw<IOException>().WithMessage("*medium error*");
        flush.Should().Throw<IOException>().WithMessage("*medium error*");
        await async.Should().ThrowAsync<IOException>();
        log.ReadEntry(0).Should().Equal(Entry(0));
        log.Count.Should().Be(2, "the entry reached the store; only its durability is in doubt");
        store.Durable.Should().Be(1);
    }

    [Fact]
    public async Task Dispose_WhileAppending_EveryAppendIsEitherInTheLogAndDurableOrRefused()
    {
        var store = new ScriptedAuditStore();
        AuditLog log = AuditLog.Open(store, EveryAppend);
        int acknowledged = 0;
        Task[] writers = [.. Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    _ = writer % 2 == 0 ? log.Append(Entry(writer)) : await log.AppendAsync(Entry(writer));
                    Interlocked.Increment(ref acknowledged);
                }
            }
            catch (ObjectDisposedException)
            {
            }
        }))];
        while (Volatile.Read(ref acknowledged) < 2000)
        {
            await Task.Yield();
        }

        log.Dispose();
        await Task.WhenAll(writers).WaitAsync(Patience);

        store.Count.Should().Be(acknowledged);
        store.Durable.Should().Be(acknowledged);
        store.IsDisposed.Should().BeTrue();
    }

    [Fact]
    public void ReadEntry_StoreGivesOtherBytes_IsNeverServed()
    {
        var store = new ScriptedAuditStore();
        using AuditLog log = AuditLog.Open(store);
        log.AppendRange([Entry(0), Entry(1)]);
        store.Replace(1, Entry(7));

        log.TryReadEntry(1, out byte[]? entry, out AuditLogCorruption? corruption).Should().BeFalse();

        entry.Should().BeNull();
        corruption.Should().Be(new AuditLogCorruption(-1, 1, corruption!.Reason));
    }

    [Fact]
    public void Append_OfEverySize_EntriesAndHeadsAreThoseOfTheTree()
    {
        // Empty, small, larger than a chunk, many at once, and ranges that need a chunk of their own.
        var random = new Random(11);
        var options = new AuditLogOptions { MaxEntryBytes = 1 << 22 };
        using AuditLog log = AuditLog.CreateInMemory(options);
        var tree = new MerkleTree();
        var entries = new List<byte[]>();
        for (int round = 0; round < 60; round++)
        {
            byte[][] range = [.. Enumerable.Range(0, random.Next(1, round % 7 == 0 ? 4000 : 5)).Select(_ => new byte[random.Next(40) == 0 ? random.Next(1 << 19) : random.Next(500)])];
            Array.ForEach(range, random.NextBytes);
            entries.AddRange(range);
            Array.ForEach(range, entry => tree.Append(entry));
            if (range.Length == 1)
            {
                log.Append(range[0]);
            }
            else
            {
                log.AppendRange([.. range.Select(entry => (ReadOnlyMemory<byte>)entry)]);
            }

            if (round % 9 == 0)
            {
                log.Head.Should().Be(tree.Head);
            }
        }

        log.Head.Should().Be(tree.Head);
        for (int i = 0; i < entries.Count; i += 13)
        {
            log.ReadEntry(i).AsSpan().SequenceEqual(entries[i]).Should().BeTrue();
        }
    }

    private static byte[] Entry(int i) => BitConverter.GetBytes(i);

    private static TreeHead HeadOf(int entries)
    {
        var tree = new MerkleTree();
        for (int i = 0; i < entries; i++)
        {
            tree.Append(Entry(i));
        }

        return tree.Head;
    }
}
