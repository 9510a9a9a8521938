using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Vouch.CacheKillTarget;

/// <summary>What one writer does as its so-manieth step in one run: a function of the three numbers, so that the test can tell what should be there, and any wrong byte.</summary>
internal readonly record struct KillStep(byte[] Key, bool Removes, int Run, int Writer, int Number)
{
    public const int Writers = 4;
    private const int KeysPerWriter = 150;

    public static KillStep Of(int run, int writer, int number)
    {
        var random = new Random(HashCode(run, writer, number));
        return new KillStep(KeyOf(writer, random.Next(KeysPerWriter)), random.Next(6) == 0, run, writer, number);
    }

    public static IEnumerable<byte[]> AllKeys() => Enumerable.Range(0, Writers).SelectMany(static writer => Enumerable.Range(0, KeysPerWriter).Select(key => KeyOf(writer, key)));

    public byte[] Value()
    {
        var random = new Random(HashCode(Run, Writer, Number) ^ 0x5555);

        // Mostly small ones, and now and then one that takes a while to write.
        byte[] value = new byte[12 + (random.Next(40) == 0 ? random.Next(30_000) : random.Next(600))];
        random.NextBytes(value);
        BinaryPrimitives.WriteInt32LittleEndian(value, Run);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(4), Writer);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(8), Number);
        return value;
    }

    private static byte[] KeyOf(int writer, int key) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"writer-{writer}/key-{key}"));

    private static int HashCode(int run, int writer, int number) => unchecked((((run * 397) + writer) * 1_000_003) + (number * 7919));
}
