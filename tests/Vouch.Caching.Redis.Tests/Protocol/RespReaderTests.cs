using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Caching.Redis.Protocol;

namespace Vouch.Caching.Redis.Tests.Protocol;

public sealed class RespReaderTests
{
    // The examples of the RESP3 specification, and what is next to them.
    [Theory]
    [InlineData("+OK\r\n", "Bytes OK")]
    [InlineData("-ERR unknown\r\n", "Error ERR unknown")]
    [InlineData(":-42\r\n", "Whole -42")]
    [InlineData(":+7\r\n", "Whole 7")]
    [InlineData("$5\r\nhe\r\no\r\n", "Bytes he\r\no")]
    [InlineData("$0\r\n\r\n", "Bytes ")]
    [InlineData("$-1\r\n", "Null")]
    [InlineData("*-1\r\n", "Null")]
    [InlineData("_\r\n", "Null")]
    [InlineData("*0\r\n", "Array()")]
    [InlineData("*2\r\n:1\r\n*1\r\n$1\r\na\r\n", "Array(Whole 1, Array(Bytes a))")]
    [InlineData("%1\r\n+k\r\n:1\r\n", "Map(Bytes k, Whole 1)")]
    [InlineData("~1\r\n#t\r\n", "Array(Boolean 1)")]
    [InlineData(">2\r\n+invalidate\r\n*1\r\n+k\r\n", "Push(Bytes invalidate, Array(Bytes k))")]
    [InlineData(",1.25\r\n", "Number 1.25")]
    [InlineData(",-inf\r\n", "Number -Infinity")]
    [InlineData("#f\r\n", "Boolean 0")]
    [InlineData("!3\r\nERR\r\n", "Error ERR")]
    [InlineData("=6\r\ntxt:ab\r\n", "Bytes ab")]
    [InlineData("(12345678901234567890123\r\n", "Bytes 12345678901234567890123")]
    [InlineData("|1\r\n+ttl\r\n:9\r\n+OK\r\n", "Bytes OK")]
    [InlineData("*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n", "Array(Whole 1, Whole 2)")]
    public void TryRead_OneFrame_IsItsValue(string bytes, string expected) => Describe(ReadAll(Encoding.ASCII.GetBytes(bytes), [])).Should().Be(expected);

    [Theory]
    [InlineData("OK\r\n", "type")]
    [InlineData(":1 \r\n", "64-bit integer")]
    [InlineData(":99999999999999999999\r\n", "64-bit integer")]
    [InlineData("$-2\r\n", "length")]
    [InlineData("$999999999999\r\n", "length")]
    [InlineData("$2\r\nabc\r\n", "CR LF")]
    [InlineData("+a\rb\r\n", "CR LF")]
    [InlineData("+a\nb\r\n", "LF came alone")]
    [InlineData("*99999999\r\n", "elements")]
    [InlineData("#x\r\n", "t or f")]
    [InlineData(",1e\r\n", "number")]
    [InlineData("=2\r\nab\r\n", "verbatim")]
    [InlineData("$?\r\n", "64-bit integer")]
    [InlineData("*1\r\n>1\r\n+a\r\n", "push")]
    public void TryRead_NoRespOrTooMuch_Throws_AndStaysBroken(string bytes, string message)
    {
        var reader = new RespReader(new RespLimits(MaxBytes: 1 << 20, MaxItems: 1 << 16));
        Action read = () =>
        {
            ReadOnlySpan<byte> source = Encoding.ASCII.GetBytes(bytes);
            while (reader.TryRead(ref source, out _))
            {
            }
        };

        read.Should().Throw<RedisProtocolException>().WithMessage($"*{message}*");
        read.Should().Throw<RedisProtocolException>("what follows in a broken stream means nothing");
    }

    [Fact]
    public void TryRead_TooDeep_Throws()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", 17)));

        FluentActions.Invoking(() => ReadAll(bytes, [])).Should().Throw<RedisProtocolException>().WithMessage("*16 levels*");
    }

    [Fact]
    public void TryRead_AnnouncedLength_TakesMemoryAsBytesArrive()
    {
        var reader = new RespReader();
        byte[] bytes = "$500000000\r\nabc"u8.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();

        ReadOnlySpan<byte> source = bytes;
        reader.TryRead(ref source, out _).Should().BeFalse();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void TryRead_AnyFramesInAnyPieces_AreTheSameValues() => Prop.ForAll(Frames().ToArbitrary(), Cuts(), static (frames, cuts) =>
    {
        byte[] bytes = [.. frames.SelectMany(static frame => Encoding.Latin1.GetBytes(frame.Wire))];

        return Describe(ReadAll(bytes, cuts)) == string.Join("; ", frames.Select(static frame => frame.Meaning));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_261_121UL, 1UL));

    [Fact]
    public void TryRead_AnyBytesInAnyPieces_AreTheSameValuesOrTheSameTypedError() => Prop.ForAll(Noise().ToArbitrary(), Cuts(), static (bytes, cuts) =>
        Outcome(bytes, cuts) == Outcome(bytes, [])).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20_261_122UL, 1UL));

    private static string Outcome(byte[] bytes, int[] cuts)
    {
        var values = new List<RedisValue>();
        try
        {
            ReadAll(bytes, cuts, values);
            return Describe(values);
        }
        catch (RedisProtocolException failure)
        {
            return $"{Describe(values)} then {failure.Message}";
        }
    }

    private static List<RedisValue> ReadAll(byte[] bytes, int[] cuts, List<RedisValue>? values = null)
    {
        values ??= [];
        var reader = new RespReader();
        int start = 0;
        foreach (int end in cuts.Select(cut => cut % (bytes.Length + 1)).Append(bytes.Length).Order())
        {
            ReadOnlySpan<byte> piece = bytes.AsSpan(start, end - start);
            while (reader.TryRead(ref piece, out RedisValue? value))
            {
                values.Add(value);
            }

            piece.Length.Should().Be(0, "a piece is read to its end");
            start = end;
        }

        return values;
    }

    private static string Describe(List<RedisValue> values) => string.Join("; ", values.Select(Describe));

    private static string Describe(RedisValue value) => value.Kind switch
    {
        RedisValueKind.Null => "Null",
        RedisValueKind.Array or RedisValueKind.Map or RedisValueKind.Push => $"{value.Kind}({string.Join(", ", value.Items.Select(Describe))})",
        RedisValueKind.Bytes or RedisValueKind.Error => $"{value.Kind} {Encoding.Latin1.GetString(value.Bytes.Span)}",
        _ => $"{value.Kind} {value.Text}",
    };

    private static Arbitrary<int[]> Cuts() => ArbMap.Default.ArbFor<NonNegativeInt[]>().Convert(static cuts => Array.ConvertAll(cuts, static cut => cut.Get), static cuts => Array.ConvertAll(cuts, NonNegativeInt.NewNonNegativeInt));

    private static Gen<(string Wire, string Meaning)[]> Frames() => Gen.ArrayOf(Frame(3));

    private static Gen<(string Wire, string Meaning)> Frame(int depth)
    {
        Gen<string> text = Gen.ArrayOf(Gen.Elements("a", "\r", "\n", "$", "*", "\u00ff", "1")).Select(static parts => string.Concat(parts));
        Gen<(string, string)> flat = Gen.OneOf(
            text.Select(static value => ($"${value.Length}\r\n{value}\r\n", $"Bytes {value}")),
            ArbMap.Default.GeneratorFor<long>().Select(static value => ($":{value}\r\n", $"Whole {value}")),
            Gen.Elements(("_\r\n", "Null"), ("$-1\r\n", "Null"), ("#t\r\n", "Boolean 1"), ("+PONG\r\n", "Bytes PONG"), ("-ERR no\r\n", "Error ERR no")));
        return depth == 0 ? flat : Gen.Frequency((4, flat), (1, Gen.ArrayOf(Frame(depth - 1)).Where(static items => items.Length < 8).Select(static items =>
            ($"*{items.Length}\r\n{string.Concat(items.Select(static item => item.Item1))}", $"Array({string.Join(", ", items.Select(static item => item.Item2))})"))));
    }

    private static Gen<byte[]> Noise() => Gen.ArrayOf(Gen.Elements("*2\r\n", "$3\r\n", "abc", "\r\n", ":1\r\n", "+x\r\n", "%1\r\n", ">1\r\n", "|1\r\n", "-", "1", "9", "#t\r\n", "\n", "\r", "$", "(", "=", "_\r\n", "\u0000"))
        .Select(static parts => Encoding.Latin1.GetBytes(string.Concat(parts)));
}
