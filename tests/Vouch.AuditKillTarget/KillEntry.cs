using System.Buffers.Binary;

namespace Vouch.AuditKillTarget;

/// <summary>What one appender wrote as its so-manieth entry: a function of the two numbers, so that the test can tell any wrong byte.</summary>
internal static class KillEntry
{
    public static byte[] Make(int appender, int number)
    {
        var random = new Random((appender * 1_000_003) + number);

        // Mostly small ones, and now and then one that takes the system a while to write.
        byte[] entry = new byte[8 + (random.Next(50) == 0 ? random.Next(200_000) : random.Next(300))];
        random.NextBytes(entry);
        BinaryPrimitives.WriteInt32LittleEndian(entry, appender);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), number);
        return entry;
    }

    public static (int Appender, int Number) Read(ReadOnlySpan<byte> entry) => (BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[4..]));
}
