using System.Globalization;
using System.Text;
using Vouch.CacheKillTarget;
using Vouch.Caching.Persistence;

// Vouch.CacheKillTarget FOLDER RUN MAX_BYTES: stores and removes in the cache in FOLDER until it is killed, by four writers with keys of their own, while a reader reads.
// Prints "WRITER NUMBER" for every step that was acknowledged. RUN keeps the steps of one start apart from those of the others.
(string folder, int run, long maxBytes) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), long.Parse(args[2], CultureInfo.InvariantCulture));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
using var cache = new PersistentCache(new PersistentCacheOptions { Folder = folder, MaxBytes = maxBytes, SegmentBytes = PersistentCacheKill.SegmentBytes });
await Task.WhenAll([.. Enumerable.Range(0, KillStep.Writers).Select(writer => Task.Run(() => Write(writer))), Task.Run(Read)]);

void Write(int writer)
{
    for (int number = 0; ; number++)
    {
        KillStep step = KillStep.Of(run, writer, number);
        if (step.Removes)
        {
            cache.Remove(step.Key);
        }
        else
        {
            cache.Set(step.Key, step.Value());
        }

        lock (output)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer} {number}"));
        }
    }
}

void Read()
{
    byte[][] keys = [.. KillStep.AllKeys()];
    for (int i = 0; ; i = (i + 1) % keys.Length)
    {
        _ = cache.Get(keys[i]);
        Thread.Yield();
    }
}

internal static class PersistentCacheKill
{
    public const int SegmentBytes = 128 << 10;
}
