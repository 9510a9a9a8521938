using System.Text;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

/// <summary>A log of 1,000 entries, cut off and damaged at every single byte.</summary>
public sealed class AuditLogDamageTests : IDisposable
{
    private const int Entries = 1000;
    private const int FileHeader = 32;
    private const int RecordOverhead = 13;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("audit.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Verify_CutOffAtEveryByte_TellsWhatIsWholeAndThatTheKeptHeadIsNotReached()
    {
        (byte[] whole, int[] ends, TreeHead kept) = Write();
        using FileStream file = new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        int entries = Entries;
        for (int length = whole.Length - 1; length >= 0; length--)
        {
            file.SetLength(length);
            while (entries > 0 && ends[entries - 1] > length)
            {
                entries--;
            }

            AuditLogVerification found = AuditLog.Verify(Path, kept);

            // Cheap asserts: there are as many as the file has bytes.
            bool right = found is { Corruption: null, ExpectedHead: HeadMatch.TooShort, IsIntact: false } && found.Head.Size == entries
                && found.TornBytes == length - (entries > 0 ? ends[entries - 1] : length < FileHeader ? 0 : FileHeader);
            if (!right)
            {
                found.Should().BeNull($"cut off at byte {length} of {whole.Length}");
            }
        }
    }

    [Fact]
    public void Verify_OneBitFlippedInEveryByte_FindsAndLocatesIt()
    {
        (byte[] whole, int[] ends, TreeHead kept) = Write();
        using FileStream file = new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        int index = -1;
        for (int at = 0; at < whole.Length; at++)
        {
            index += index < 0 ? (at < FileHeader ? 0 : 1) : at >= ends[index] ? 1 : 0;
            long start = index < 0 ? 0 : index == 0 ? FileHeader : ends[index - 1];
            Put(file, at, (byte)(whole[at] ^ (1 << (at % 8))));

            AuditLogVerification found = AuditLog.Verify(Path, kept);

            bool right = found is { Corruption: { } corruption, IsIntact: false } && corruption.Index == index && corruption.Offset == start && found.Head.Size == Math.Max(index, 0);
            if (!right)
            {
                found.Should().BeNull($"bit {at % 8} of byte {at} was flipped, in entry {index}");
            }

            Put(file, at, whole[at]);
        }

        AuditLog.Verify(Path, kept).IsIntact.Should().BeTrue();
    }

    private static void Put(FileStream file, int at, byte value)
    {
        file.Position = at;
        file.WriteByte(value);
        file.Flush();
    }

    private (byte[] Bytes, int[] Ends, TreeHead Head) Write()
    {
        byte[][] entries = [.. Enumerable.Range(0, Entries).Select(i => Encoding.ASCII.GetBytes($"{i}"))];
        using AuditLog log = AuditLog.Open(Path);
        log.AppendRange([.. entries.Select(entry => (ReadOnlyMemory<byte>)entry)]);
        int end = FileHeader;
        int[] ends = [.. entries.Select(entry => end += RecordOverhead + entry.Length)];
        TreeHead head = log.Head;
        log.Dispose();
        return (File.ReadAllBytes(Path), ends, head);
    }
}
