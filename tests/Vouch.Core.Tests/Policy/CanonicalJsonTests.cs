using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;

namespace Vouch.Core.Tests.Policy;

public sealed class CanonicalJsonTests
{
    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)));

    private static InputValidationException Refused(string json) =>
        FluentActions.Invoking(() => Canonical(json)).Should().Throw<InputValidationException>().Which;

    // RFC 8785, section 3.2.2 (input) and section 3.2.4 (UTF-8 bytes of the output).
    [Fact]
    public void Canonicalize_SampleOfTheRfc_GivesTheBytesOfTheRfc()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50,
                          2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string Expected =
            "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a" +
            "5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237" +
            "5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d";

        byte[] actual = CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(Input));

        Convert.ToHexStringLower(actual).Should().Be(Expected);
    }

    // RFC 8785, section 3.2.3: members sort by UTF-16 code units, which differs from the order of code points and of UTF-8 bytes.
    [Fact]
    public void Canonicalize_SortingSampleOfTheRfc_GivesTheOrderOfTheRfc()
    {
        const string Input = """
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """;

        Canonical(Input).Should().Be(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\"," +
            "\"\u20ac\":\"Euro Sign\",\"\ud83d\ude00\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    // RFC 8785, appendix B: IEEE 754 bits and their JSON representation.
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void FormatNumber_SamplesOfTheRfc_GiveTheTextsOfTheRfc(string bits, string expected)
    {
        double value = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

        CanonicalJson.FormatNumber(value).Should().Be(expected);
        Canonical(expected).Should().Be(expected, "the canonical form of a canonical form is itself");
    }

    // RFC 8785, appendix B: NaN and Infinity are errors.
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void FormatNumber_NotFinite_Throws(double value) =>
        FluentActions.Invoking(() => CanonicalJson.FormatNumber(value)).Should().Throw<ArgumentOutOfRangeException>();

    // The digest was computed with Node.js 20.20.2 (V8 11.3): SHA-256 over String(x) + "\n" of the finite ones among 200,000 doubles made from SplitMix64
    // (state 20260101); of every fourth, the exponent is moved to where layout changes (2^-33 .. 2^106).
    [Fact]
    public void FormatNumber_RandomDoubles_AgreesWithV8()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ulong state = 20260101;
        int finite = 0;
        for (int i = 0; i < 200_000; i++)
        {
            state += 0x9E3779B97F4A7C15;
            ulong bits = state;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            bits ^= bits >> 31;
            if (i % 4 == 1)
            {
                bits = (bits & 0x000fffffffffffff) | ((((bits >> 52) % 140) + 990) << 52);
            }

            double value = BitConverter.UInt64BitsToDouble(bits);
            if (double.IsFinite(value))
            {
                finite++;
                hash.AppendData(Encoding.ASCII.GetBytes(CanonicalJson.FormatNumber(value) + "\n"));
            }
        }

        finite.Should().Be(199_918);
        Convert.ToHexStringLower(hash.GetHashAndReset()).Should().Be("8345b46f631d374674cda912f28e1998e17754b3d8f0be64aab2beea366300ed");
    }

    [Theory]
    [InlineData("56", "56")]
    [InlineData(" null ", "null")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("{}", "{}")]
    [InlineData("[ ]", "[]")]
    [InlineData("[[],{ },[{}]]", "[[],{},[{}]]")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e-5", "0")]
    [InlineData("0e999999999999999999999", "0")]
    [InlineData("1.0", "1")]
    [InlineData("10e-1", "1")]
    [InlineData("1e0", "1")]
    [InlineData("0.1e1", "1")]
    [InlineData("1E+2", "100")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("1000000000000000000000", "1e+21")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("9007199254740994", "9007199254740994")]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625", "0.1")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}")]
    [InlineData("{\"\":1,\"a\":{\"d\":[],\"c\":{}},\"A\":0}", "{\"\":1,\"A\":0,\"a\":{\"c\":{},\"d\":[]}}")]
    [InlineData("\"\\u0000\\u001f\\u007f\\b\\t\\n\\f\\r\\\"\\\\\\/\"", "\"\\u0000\\u001f\u007f\\b\\t\\n\\f\\r\\\"\\\\/\"")]
    [InlineData("\"\\u2028\\uD83D\\uDE00\u00e9e\u0301\"", "\"\u2028\ud83d\ude00\u00e9e\u0301\"")]
    [InlineData("\uFEFF[1]", "[1]")]
    public void Canonicalize_SmallTexts_GivesTheirCanonicalForm(string input, string expected) => Canonical(input).Should().Be(expected);

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}", "$.a (byte 7)")]
    [InlineData("{\"x\":[0,{\"b\":1,\"\\u0062\":2,\"a\":0}]}", "$.x[1].b (byte 15)")]
    public void Canonicalize_MemberTwice_IsRefusedWithItsPlace(string json, string location)
    {
        InputValidationException refused = Refused(json);

        refused.Location.Should().Be(location);
        refused.Message.Should().Contain("stands twice").And.Contain(location);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800\\ud800\"")]
    [InlineData("\"\\ud800x\"")]
    [InlineData("{\"\\udfff\":1}")]
    public void Canonicalize_LoneSurrogate_IsRefused(string json) => Refused(json).Expected.Should().Be("well-formed Unicode");

    [Theory]
    [InlineData("1e309")]
    [InlineData("-1e309")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740993.0")]
    [InlineData("-12345678901234567891")]
    [InlineData("0.1000000000000000055511151231257827021181583404541015624")]
    [InlineData("1.000000000000000001")]
    public void Canonicalize_NumberNoDoubleHolds_IsRefusedWithItsPlace(string number)
    {
        InputValidationException refused = Refused($"{{\"limit\":[0,{number}]}}");

        refused.Location.Should().Be("$.limit[1] (byte 12)");
        refused.Value.Should().StartWith(number[..5]);
        refused.Message.Should().Contain("write it as a string");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("[1] 2")]
    [InlineData("{\"a\":}")]
    [InlineData("{a:1}")]
    [InlineData("'a'")]
    [InlineData("NaN")]
    [InlineData("[Infinity]")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("[1] // note")]
    [InlineData("\"\t\"")]
    [InlineData("\"\\x\"")]
    [InlineData("tru")]
    public void Canonicalize_NotJson_IsRefused(string json)
    {
        InputValidationException refused = Refused(json);

        refused.Message.Should().StartWith("The text is not JSON");
        refused.InnerException.Should().BeAssignableTo<System.Text.Json.JsonException>();
    }

    [Fact]
    public void Canonicalize_NotUtf8_IsRefusedWithTheByte()
    {
        byte[] json = [.. "[\"ok\",\""u8, 0xED, 0xA0, 0x80, .. "\"]"u8];

        InputValidationException refused = FluentActions.Invoking(() => CanonicalJson.Canonicalize(json)).Should().Throw<InputValidationException>().Which;

        refused.Location.Should().Be("byte 7");
        refused.Value.Should().Be("0xED");
    }

    [Fact]
    public void Canonicalize_DeepNesting_IsAcceptedToTheLimitAndRefusedBeyond()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);

        Canonical(Nested(CanonicalJson.MaxDepth)).Should().Be(Nested(CanonicalJson.MaxDepth));
        Refused(Nested(CanonicalJson.MaxDepth + 1)).Expected.Should().Contain("128");
        Refused(new string('[', 5_000_000)).Expected.Should().Contain("128");
        Refused(string.Concat(Enumerable.Repeat("{\"a\":", 1_000_000)));
    }

    [Fact]
    public void Canonicalize_HugeNumberLiteral_IsAnsweredQuickly()
    {
        Refused("1." + new string('3', 2_000_000)).Value.Should().EndWith("...");
        Canonical("1." + new string('0', 2_000_000)).Should().Be("1");
    }

    [Fact]
    public void Canonicalize_ManyMembersInReverse_SortsThem()
    {
        string[] names = [.. Enumerable.Range(0, 5_000).Select(number => number.ToString("D5", CultureInfo.InvariantCulture))];
        string forward = "{" + string.Join(",", names.Select(name => $"\"{name}\":[{name.TrimStart('0')}0]")) + "}";
        string backward = "{" + string.Join(" , ", names.Reverse().Select(name => $"\"{name}\" : [ {name.TrimStart('0')}0 ]")) + "}";

        Canonical(backward).Should().Be(forward.Replace("[00]", "[0]", StringComparison.Ordinal));
    }

    [Fact]
    public void Canonicalize_ToAWriter_WritesOnlyWhatIsAccepted()
    {
        var output = new ArrayBufferWriter<byte>();

        CanonicalJson.Canonicalize("{\"b\":1,\"a\":[ ]}"u8, output);
        FluentActions.Invoking(() => CanonicalJson.Canonicalize("[1, 2"u8, output)).Should().Throw<InputValidationException>();

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("{\"a\":[],\"b\":1}");
        FluentActions.Invoking(() => CanonicalJson.Canonicalize("1"u8, null!)).Should().Throw<ArgumentNullException>();
    }
}
