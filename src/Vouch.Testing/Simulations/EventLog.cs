using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vouch.Testing.Simulations;

/// <summary>The events of a run: a digest of all, the last ones, and all as text where a writer is given. Text is made only where it is asked for.</summary>
internal sealed class EventLog(int capacity, TextWriter? writer)
{
    private readonly Event[] _last = new Event[capacity];
    private ulong _digest = 14695981039346656037;

    public long Count { get; private set; }

    public string Digest => _digest.ToString("x16", CultureInfo.InvariantCulture);

    public void Add(long ticks, string source, string what, long number)
    {
        ulong digest = Mix(_digest, (ulong)ticks);
        digest = Mix(digest, source);
        digest = Mix(digest, what);
        _digest = Mix(digest, (ulong)number);
        var happened = new Event(ticks, source, what, number);
        if (capacity > 0)
        {
            _last[(int)(Count % capacity)] = happened;
        }

        Count++;
        if (writer is not null)
        {
            writer.Write(happened.ToString());
            writer.Write('\n');
        }
    }

    /// <summary>Takes a choice of the scheduler into the digest.</summary>
    public void AddChoice(long ticks, int choice, int count) => _digest = Mix(_digest, (ulong)ticks ^ ((ulong)(uint)choice << 32) ^ ((ulong)(uint)count << 48));

    public string[] Last()
    {
        int count = (int)Math.Min(Count, capacity);
        var lines = new string[count];
        for (int i = 0; i < count; i++)
        {
            lines[i] = _last[(int)((Count - count + i) % capacity)].ToString();
        }

        return lines;
    }

    private static ulong Mix(ulong digest, ulong value) => BitOperations.RotateLeft((digest ^ value) * 0x9E3779B97F4A7C15, 29);

    private static ulong Mix(ulong digest, string text)
    {
        ReadOnlySpan<char> rest = text;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<char, ulong>(rest);
        foreach (ulong word in words)
        {
            digest = Mix(digest, word);
        }

        foreach (char unit in rest[(words.Length * 4)..])
        {
            digest = Mix(digest, unit);
        }

        return Mix(digest, (ulong)text.Length);
    }

    private readonly struct Event(long ticks, string source, string what, long number)
    {
        public override string ToString() => number >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"{ticks / 1e7,12:F7}  {source}: {what} {number}")
            : string.Create(CultureInfo.InvariantCulture, $"{ticks / 1e7,12:F7}  {source}: {what}");
    }
}
