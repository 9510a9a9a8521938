using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Vouch.AnomalyDetection.Alarms;
using Vouch.AnomalyDetection.Streaming;
using Vouch.Core.Exceptions;

namespace Vouch.AnomalyDetection.Series;

public sealed partial class SeriesRegistry
{
    // "VADS", format 3: format 2 had no accounts of alarms. Little-endian; a checksum over everything closes it.
    private const uint Magic = 0x53444156;
    private const int Format = 3;
    private const int LongestName = 1 << 20;
    private const int LongestProfile = 1_024;

    /// <summary>Writes the state of all series. While it runs, single series may be observed; each is written as a whole.</summary>
    /// <param name="stream">Where to; it is not closed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        string[] names = [.. _numbers.Keys.Order(StringComparer.Ordinal)];
        var writer = new ChecksumWriter(stream);
        writer.Write(BitConverter.GetBytes(Magic));
        writer.WriteInt(Format);
        writer.WriteInt(Unsafe.SizeOf<SeriesState>());
        writer.WriteInt(_settings.ProfileLength);
        writer.WriteInt(_settings.CycleDays);
        writer.Write(_settings.Digest);
        FleetLedger.Account account = _fleet?.State ?? new FleetLedger.Account(0, 0, 0, 0);
        writer.WriteInt(BitConverter.SingleToInt32Bits(account.Debt));
        writer.Write(BitConverter.GetBytes(account.Ticks));
        writer.Write(BitConverter.GetBytes(account.IncidentTicks));
        writer.WriteInt(account.Together);
        writer.WriteInt(names.Length);
        Span<float> profile = new float[_settings.ProfileLength];
        foreach (string name in names)
        {
            SeriesState state = SeriesState.Fresh();
            profile.Clear();
            if (_numbers.TryGetValue(name, out int number))
            {
                SeriesShard shard = ShardOf(number);
                lock (shard.Gate)
                {
                    state = shard.States[number & (SeriesShard.Length - 1)];
                    shard.Profile(number & (SeriesShard.Length - 1)).CopyTo(profile);
                }
            }

            byte[] text = Encoding.UTF8.GetBytes(name);
            writer.WriteInt(text.Length);
            writer.Write(text);
            writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SeriesState>(in state)));
            writer.Write(MemoryMarshal.AsBytes(profile));
        }

        writer.Close();
    }

    /// <summary>Reads what <see cref="Save"/> wrote: the series go on as if nothing had happened.</summary>
    /// <param name="stream">Where from; it is not closed.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="feed">Where alarms go; null for a feed of its own.</param>
    /// <param name="mismatch">What to do where the snapshot was made under other options. The snapshot holds a digest of its options.</param>
    /// <returns>A registry with the series of the snapshot.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mismatch"/> is no such answer.</exception>
    /// <exception cref="InputValidationException">The data are no snapshot, of another format, made under other options (see <paramref name="mismatch"/>), cut short, or damaged.</exception>
    public static SeriesRegistry Load(Stream stream, DetectorOptions? options = null, AlarmFeed? feed = null, OptionsMismatch mismatch = OptionsMismatch.Refuse)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)mismatch, (uint)OptionsMismatch.Remake, nameof(mismatch));
        var registry = new SeriesRegistry(options, feed);
        var reader = new ChecksumReader(stream);
        Expect(reader.ReadInt() == unchecked((int)Magic), "magic", "a snapshot of a series registry");
        Expect(reader.ReadInt() == Format, "format", "format 3");
        Expect(reader.ReadInt() == Unsafe.SizeOf<SeriesState>(), "state size", $"{Unsafe.SizeOf<SeriesState>()} bytes a series");
        int profileLength = reader.ReadInt();
        int cycleDays = reader.ReadInt();
        Expect(profileLength is >= 0 and <= LongestProfile, "season", "a season profile of up to 1,024 numbers");
        Span<byte> digest = stackalloc byte[KernelSettings.DigestBytes];
        reader.Read(digest);
        bool same = digest.SequenceEqual(registry._settings.Digest);
        bool sameSeason = profileLength == registry._settings.ProfileLength && cycleDays == registry._settings.CycleDays;
        Expect(same || mismatch != OptionsMismatch.Refuse, "options", sameSeason
            ? "the options that it was made under; OptionsMismatch.Keep goes on with other ones, OptionsMismatch.Remake lets the series learn anew"
            : "the options that it was made under, with another season; OptionsMismatch.Remake lets the series learn anew");
        Expect(sameSeason || mismatch == OptionsMismatch.Remake, "season", "the season of the options; OptionsMismatch.Remake lets the series learn anew");
        bool remake = !same && mismatch == OptionsMismatch.Remake;
        var account = new FleetLedger.Account(BitConverter.Int32BitsToSingle(reader.ReadInt()), reader.ReadLong(), reader.ReadLong(), reader.ReadInt());
        if (same)
        {
            registry._fleet?.Restore(account);
        }

        int count = reader.ReadInt();
        Expect(count >= 0, "count", "a count of series");
        byte[] state = new byte[Unsafe.SizeOf<SeriesState>()];
        byte[] profile = new byte[sizeof(float) * profileLength];
        for (int i = 0; i < count; i++)
        {
            int length = reader.ReadInt();
            Expect(length is > 0 and <= LongestName, $"series {i}", "a name of 1 to 1,048,576 bytes");
            byte[] text = new byte[length];
            reader.Read(text);
            int number = registry.GetOrAdd(Encoding.UTF8.GetString(text));
            SeriesShard shard = registry.ShardOf(number);
            reader.Read(state);
            reader.Read(profile);
            if (!remake)
            {
                shard.States[number & (SeriesShard.Length - 1)] = MemoryMarshal.Read<SeriesState>(state);
                profile.CopyTo(MemoryMarshal.AsBytes(shard.Profile(number & (SeriesShard.Length - 1))));
            }
        }

        ulong found = reader.Checksum;
        Span<byte> sum = stackalloc byte[8];
        reader.Read(sum);
        Expect(BinaryPrimitives.ReadUInt64LittleEndian(sum) == found, "checksum", "the checksum of the data before it");
        return registry;
    }

    /// <summary>Learns from history: values are observed as by <see cref="Observe(string, DateTimeOffset, double)"/>, but no alarm is raised.</summary>
    /// <param name="series">The series' name.</param>
    /// <param name="history">Values in the order of their time.</param>
    /// <returns>The number of values that were learnt.</returns>
    /// <exception cref="ArgumentException"><paramref name="series"/> is null or empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="history"/> is null.</exception>
    public int WarmStart(string series, IEnumerable<KeyValuePair<DateTimeOffset, double>> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        int number = GetOrAdd(series);
        SeriesShard shard = ShardOf(number);
        int learnt = 0;
        foreach ((DateTimeOffset time, double value) in history)
        {
            lock (shard.Gate)
            {
                int slot = number & (SeriesShard.Length - 1);
                _ = SeriesKernel.Observe(ref shard.States[slot], shard.Profile(slot), _settings, _settings.BudgetOf(Count), 0, time.UtcTicks, value);
                learnt += double.IsFinite(value) ? 1 : 0;
            }
        }

        // What would have alarmed in the past has cost nobody anything.
        lock (shard.Gate)
        {
            shard.States[number & (SeriesShard.Length - 1)].Debt = -AlarmLedger.Credit(_settings.BudgetOf(Count));
        }

        return learnt;
    }

    private static void Expect(bool holds, string place, string expected)
    {
        if (!holds)
        {
            throw Refused(place, expected);
        }
    }

    private static InputValidationException Refused(string place, string expected) => new($"The snapshot cannot be read ({place}): expected {expected}.");

    /// <summary>FNV-1a over the bytes: finds damage, not forgery.</summary>
    private static ulong Mix(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte next in bytes)
        {
            sum = (sum ^ next) * 1_099_511_628_211;
        }

        return sum;
    }

    private sealed class ChecksumWriter(Stream stream)
    {
        private ulong _sum = 14_695_981_039_346_656_037;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _sum = Mix(_sum, bytes);
            stream.Write(bytes);
        }

        public void WriteInt(int value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            Write(bytes);
        }

        public void Close()
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, _sum);
            stream.Write(bytes);
        }
    }

    private sealed class ChecksumReader(Stream stream)
    {
        public ulong Checksum { get; private set; } = 14_695_981_039_346_656_037;

        public void Read(Span<byte> bytes)
        {
            try
            {
                stream.ReadExactly(bytes);
            }
            catch (EndOfStreamException)
            {
                throw Refused("end", "more data: it is cut short");
            }

            Checksum = Mix(Checksum, bytes);
        }

        public long ReadLong()
        {
            Span<byte> bytes = stackalloc byte[8];
            Read(bytes);
            return BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }

        public int ReadInt()
        {
            Span<byte> bytes = stackalloc byte[4];
            Read(bytes);
            return BinaryPrimitives.ReadInt32LittleEndian(bytes);
        }
    }
}
