using System.Globalization;
using Vouch.Caching.Persistence;

namespace Vouch.Caching.Tests.Persistence;

/// <summary>Whatever happens to the files: a key is served its last value or none. <c>VOUCH_CACHE_DAMAGES</c> sets how many random damages are tried; the default is 150.</summary>
public sealed class PersistentCacheDamageTests : IDisposable
{
    private const int Keys = 400;
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RandomDamage_NeverServesAWrongValue()
    {
        int damages = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CACHE_DAMAGES") ?? "150", CultureInfo.InvariantCulture);
        byte[]?[] expected = Fill();
        Dictionary<string, byte[]> files = Directory.GetFiles(_folder.Path).ToDictionary(path => path, File.ReadAllBytes);
        int before = expected.Count(value => value is not null);
        double served = 0;
        for (int damage = 0; damage < damages; damage++)
        {
            foreach (string path in Directory.GetFiles(_folder.Path))
            {
                File.Delete(path);
            }

            foreach ((string path, byte[] content) in files)
            {
                File.WriteAllBytes(path, content);
            }

            var random = new Random(damage);
            string what = string.Join("; ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Damage(random)));

            using var cache = new PersistentCache(_folder.Options());
            for (int pass = 0; pass < 2; pass++)
            {
                served += Check(cache, expected, $"damage {damage}: {what}") / 2.0;
            }

            cache.Set("goes on"u8, "yes"u8);
            cache.Get("goes on"u8).Should().NotBeNull();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{damages} damages; {served / damages / before:P2} of the entries still served");
        served.Should().BePositive();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(39)]
    public void OneFlippedBitInARecord_CostsThatEntryOnly(int byteOfTheRecord)
    {
        using (var cache = new PersistentCache(_folder.Options()))
        {
            for (int i = 0; i < 10; i++)
            {
                cache.Set([(byte)i], new byte[100]);
            }
        }

        int record = (int)RecordHeader.SizeOf(1, 100);
        Flip(_folder.Segments[0], SegmentHeader.Size + (4 * record) + byteOfTheRecord);

        using var again = new PersistentCache(_folder.Options());
        Enumerable.Range(0, 10).Where(i => again.Get([(byte)i]) is null).Should().Equal(4);
        again.Recovery.Should().Be(new PersistentRecovery(9, 1, 1, 0, 0));
    }

    [Fact]
    public void FlippedBitInANewerRecord_DoesNotReviveTheOldValue()
    {
        using (var cache = new PersistentCache(_folder.Options()))
        {
            cache.Set("a"u8, "old"u8);
            cache.Set("b"u8, "kept"u8);
            cache.Set("a"u8, "new"u8);
        }

        int record = (int)RecordHeader.SizeOf(1, 4);
        Flip(_folder.Segments[0], SegmentHeader.Size + (2 * record) + 20);

        using var again = new PersistentCache(_folder.Options());
        again.Get("a"u8).Should().BeNull();
        again.Get("b"u8).Should().NotBeNull();
    }

    [Fact]
    public void TornTail_WhatWasNeverAcknowledged_IsAsIfNeverWritten()
    {
        using (var cache = new PersistentCache(_folder.Options()))
        {
            cache.Set("a"u8, "one"u8);
        }

        // What a process leaves that dies in the middle of a copy: bytes behind the commit mark.
        using (FileStream file = File.OpenWrite(_folder.Segments[0]))
        {
            file.Position = SegmentHeader.Size + RecordHeader.SizeOf(1, 3) + RecordHeader.Size;
            file.Write(new byte[1000].Select(_ => (byte)0xAB).ToArray());
        }

        using (var again = new PersistentCache(_folder.Options()))
        {
            again.Recovery.Should().Be(new PersistentRecovery(1, 1, 0, 0, 0));
            again.Set("b"u8, "two"u8);
        }

        using var third = new PersistentCache(_folder.Options());
        third.Get("a"u8).Should().NotBeNull();
        third.Get("b"u8).Should().NotBeNull();
    }

    [Fact]
    public void SummaryGone_TheSegmentIsRead()
    {
        byte[]?[] expected = Fill();
        _folder.Summaries.Should().NotBeEmpty();
        foreach (string summary in _folder.Summaries)
        {
            File.Delete(summary);
        }

        using var cache = new PersistentCache(_folder.Options());
        Check(cache, expected, "no summaries").Should().Be(expected.Count(value => value is not null));
    }

    [Fact]
    public void SegmentMissing_WhatIsOlderIsGivenUp()
    {
        byte[]?[] expected = Fill();
        File.Delete(_folder.Segments[^2]);

        using var cache = new PersistentCache(_folder.Options());
        Check(cache, expected, "a segment is missing");
        cache.Recovery.Segments.Should().Be(1);
        cache.Recovery.DiscardedSegments.Should().BePositive();
    }

    [Fact]
    public void NewestSegmentMissing_EverythingIsGivenUp()
    {
        byte[]?[] expected = Fill();
        File.Delete(_folder.Segments[^1]);

        using var cache = new PersistentCache(_folder.Options());
        Check(cache, expected, "the newest segment is missing").Should().Be(0);
    }

    [Fact]
    public void AnotherStoresSegment_IsNotRead()
    {
        byte[]?[] expected = Fill();
        using var other = new CacheFolder();
        using (var cache = new PersistentCache(other.Options()))
        {
            for (int i = 0; i < Keys; i++)
            {
                cache.Set(BitConverter.GetBytes(i), "foreign"u8);
            }
        }

        File.Copy(other.Segments[0], _folder.Segments[0], overwrite: true);

        using var mixed = new PersistentCache(_folder.Options());
        Check(mixed, expected, "a foreign segment");
    }

    private byte[]?[] Fill()
    {
        var random = new Random(11);
        byte[]?[] expected = new byte[]?[Keys];
        using var cache = new PersistentCache(_folder.Options());
        for (int i = 0; i < 4_000; i++)
        {
            int key = random.Next(Keys);
            if (random.Next(8) == 0)
            {
                cache.Remove(BitConverter.GetBytes(key));
                expected[key] = null;
            }
            else
            {
                byte[] value = new byte[random.Next(1_000)];
                random.NextBytes(value);
                cache.Set(BitConverter.GetBytes(key), value);
                expected[key] = value;
            }
        }

        return expected;
    }

    private static int Check(PersistentCache cache, byte[]?[] expected, string because)
    {
        int served = 0;
        for (int key = 0; key < expected.Length; key++)
        {
            if (cache.Get(BitConverter.GetBytes(key)) is { } value)
            {
                (expected[key] is { } right && right.AsSpan().SequenceEqual(value)).Should().BeTrue($"key {key} is served its last value or none ({because})");
                served++;
            }
        }

        return served;
    }

    private static void Flip(string path, int offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private string Damage(Random random)
    {
        string[] files = [.. _folder.Segments, .. _folder.Summaries, Path.Combine(_folder.Path, "cache.lock")];
        string path = files[random.Next(files.Length)];
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.Length == 0)
        {
            return "nothing left to damage";
        }

        int at = random.Next(bytes.Length);
        string name = $"{Path.GetFileName(path)} at {at}";
        switch (random.Next(6))
        {
            case 0:
                File.Delete(path);
                return $"{Path.GetFileName(path)} deleted";
            case 1:
                File.WriteAllBytes(path, bytes[..at]);
                return $"{name} cut off";
            case 2:
                bytes.AsSpan(at, Math.Min(4096, bytes.Length - at)).Clear();
                File.WriteAllBytes(path, bytes);
                return $"{name} zeroed";
            case 3:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 512), bytes.Length - at)));
                File.WriteAllBytes(path, bytes);
                return $"{name} overwritten";
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                return $"{name} flipped";
        }
    }
}
