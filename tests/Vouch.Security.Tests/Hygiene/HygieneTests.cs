using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vouch.Security.Hygiene;
using Vouch.TestData;

namespace Vouch.Security.Tests.Hygiene;

public sealed partial class HygieneTests
{
    private static readonly UrlAllowlist Urls = new(["api.example.com", "*.cdn.example.com", "93.184.216.34", "2606:2800:220:1::1"], [8443]);

    [Fact]
    public void LogText_NaughtyStrings_AreOneVisibleLineThatCanBeReadBack()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require("security/naughty_strings.json")));
        int count = 0;
        foreach (string text in document.RootElement.EnumerateArray().Select(element => element.GetString()!))
        {
            string encoded = LogText.Encode(text, int.MaxValue);

            foreach (Rune rune in encoded.EnumerateRunes())
            {
                Rune.GetUnicodeCategory(rune).Should().NotBe(UnicodeCategory.Control).And.NotBe(UnicodeCategory.Format).And.NotBe(UnicodeCategory.LineSeparator)
                    .And.NotBe(UnicodeCategory.ParagraphSeparator).And.NotBe(UnicodeCategory.PrivateUse);
            }

            Decode(encoded).Should().Be(text);
            count++;
        }

        count.Should().BeGreaterThan(200);
    }

    [Theory]
    [InlineData(null, "(null)")]
    [InlineData("plain text, 100%", "plain text, 100%")]
    [InlineData("a\r\nfake: line", @"a\r\nfake: line")]
    [InlineData("\u001b[2J", @"\u{1b}[2J")]
    [InlineData("\u202Egpj.exe", @"\u{202e}gpj.exe")]
    [InlineData("\\n", @"\\n")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("zero\u200Bwidth\uFEFF", @"zero\u{200b}width\u{feff}")]
    [InlineData("\u2028", @"\u{2028}")]
    [InlineData("\U0001F600 \u00E9", "\U0001F600 \u00E9")]
    [InlineData("\U000E0041", @"\u{e0041}")]
    public void LogText_Samples_Read(string? text, string expected) => LogText.Encode(text).Should().Be(expected);

    [Fact]
    public void LogText_HalfASurrogatePair_IsWrittenAsSuch() => LogText.Encode("a\uD83Db").Should().Be(@"a\u{d83d}b");

    [Fact]
    public void LogText_TooLong_SaysHowMuchIsMissingAndCutsNoPair()
    {
        LogText.Encode(new string('a', 12), 10).Should().Be(new string('a', 10) + @"\...(2 more)");
        LogText.Encode("aa\U0001F600b", 3).Should().StartWith(@"aa\...(").And.NotContain("d83d");
    }

    [Theory]
    [InlineData("61", InputFault.None, 0)]
    [InlineData("C3A9", InputFault.None, 0)]
    [InlineData("610A0D09", InputFault.None, 0)]
    [InlineData("61C0AF", InputFault.NotUtf8, 1)]
    [InlineData("EDA080", InputFault.NotUtf8, 0)]
    [InlineData("F4908080", InputFault.NotUtf8, 0)]
    [InlineData("6161E282", InputFault.NotUtf8, 2)]
    [InlineData("6100", InputFault.ControlCharacter, 1)]
    [InlineData("611B", InputFault.ControlCharacter, 1)]
    [InlineData("61C285", InputFault.ControlCharacter, 1)]
    [InlineData("7F", InputFault.ControlCharacter, 0)]
    [InlineData("61616161616161", InputFault.TooLong, 6)]
    public void StrictUtf8_Samples_AreToldRight(string hex, InputFault fault, long position)
    {
        StrictUtf8.Inspect(Convert.FromHexString(hex), 6).Should().Be(new InputVerdict(fault, position));
        StrictUtf8.TryRead(Convert.FromHexString(hex), 6, out string? text);
        (text is null).Should().Be(fault != InputFault.None);
    }

    [Theory]
    [InlineData("{\"a\":[1,true,null,\"x\"]}", InputFault.None)]
    [InlineData("{\"a\":1,\"a\":2}", InputFault.DuplicateName)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", InputFault.DuplicateName)]
    [InlineData("{\"a\":{\"a\":1},\"b\":{\"a\":1}}", InputFault.None)]
    [InlineData("[{\"a\":1},{\"a\":1}]", InputFault.None)]
    [InlineData("[[[[1]]]]", InputFault.None)]
    [InlineData("[[[[[1]]]]]", InputFault.TooDeep)]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}", InputFault.TooDeep)]
    [InlineData("[[[[[[[[[[[[[[", InputFault.TooDeep)]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11]", InputFault.TooManyValues)]
    [InlineData("\"aaaaaaaaaaaaaaaaaaaaa\"", InputFault.TextTooLong)]
    [InlineData("{\"aaaaaaaaaaaaaaaaaaaaa\":1}", InputFault.TextTooLong)]
    [InlineData("123456789012345678901", InputFault.NumberTooLong)]
    [InlineData("1 2", InputFault.NotJson)]
    [InlineData("[1,]", InputFault.NotJson)]
    [InlineData("// c\n1", InputFault.NotJson)]
    [InlineData("", InputFault.NotJson)]
    [InlineData("NaN", InputFault.NotJson)]
    [InlineData("\"\\ud800\"", InputFault.NotUtf8)]
    [InlineData("{\"\\ud800\":1}", InputFault.NotUtf8)]
    [InlineData("\"\\ud83d\\ude00\"", InputFault.None)]
    public void JsonInspector_Samples_AreToldRight(string json, InputFault fault) =>
        JsonInspector.Inspect(Encoding.UTF8.GetBytes(json), new JsonLimits(100, 4, 10, 20, 20)).Fault.Should().Be(fault);

    [Theory]
    [InlineData("https://api.example.com", UrlVerdict.Allowed)]
    [InlineData("https://API.example.com/a?b=http://x#c", UrlVerdict.Allowed)]
    [InlineData("HTTPS://api.example.com:443/", UrlVerdict.Allowed)]
    [InlineData("https://api.example.com:8443/", UrlVerdict.Allowed)]
    [InlineData("https://a.cdn.example.com/", UrlVerdict.Allowed)]
    [InlineData("https://a.b.cdn.example.com/", UrlVerdict.Allowed)]
    [InlineData("https://93.184.216.34/", UrlVerdict.Allowed)]
    [InlineData("https://[2606:2800:220:1::1]/", UrlVerdict.Allowed)]
    [InlineData("https://cdn.example.com/", UrlVerdict.HostNotAllowed)]
    [InlineData("https://evilcdn.example.com/", UrlVerdict.HostNotAllowed)]
    [InlineData("https://api.example.com.evil.org/", UrlVerdict.HostNotAllowed)]
    [InlineData("https://api.example.com:80/", UrlVerdict.PortNotAllowed)]
    [InlineData("https://api.example.com:/", UrlVerdict.Malformed)]
    [InlineData("https://api.example.com:0443/", UrlVerdict.Malformed)]
    [InlineData("https://api.example.com:99999/", UrlVerdict.Malformed)]
    [InlineData("https://api.example.com./", UrlVerdict.Malformed)]
    [InlineData("http://api.example.com/", UrlVerdict.SchemeNotAllowed)]
    [InlineData("javascript://api.example.com/%0aalert(1)", UrlVerdict.SchemeNotAllowed)]
    [InlineData("file:///etc/passwd", UrlVerdict.SchemeNotAllowed)]
    [InlineData("https://api.example.com@evil.org/", UrlVerdict.UserInfo)]
    [InlineData("https://evil.org#@api.example.com/", UrlVerdict.HostNotAllowed)]
    [InlineData("https://evil.org\\@api.example.com/", UrlVerdict.Malformed)]
    [InlineData("https:\\\\api.example.com/", UrlVerdict.Malformed)]
    [InlineData("https:/api.example.com/", UrlVerdict.Malformed)]
    [InlineData("//api.example.com/", UrlVerdict.Malformed)]
    [InlineData("https://127.0.0.1/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://2130706433/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://0x7f000001/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://0x7f.1/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://0177.0.0.1/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://127.1/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://127.0.0.1./", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://0093.184.216.34/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://1572395042/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://[::1]/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://[::ffff:127.0.0.1]/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://[::ffff:93.184.216.34]/", UrlVerdict.AddressNotAllowed)]
    [InlineData("https://[fe80::1%25eth0]/", UrlVerdict.Malformed)]
    [InlineData("https://[2606:2800:220:1::1/", UrlVerdict.Malformed)]
    [InlineData("https://\uFF41pi.example.com/", UrlVerdict.Malformed)]
    [InlineData("https://api\u3002example.com/", UrlVerdict.Malformed)]
    [InlineData("https://api%2eexample.com/", UrlVerdict.Malformed)]
    [InlineData("https://api.example.com%00.evil.org/", UrlVerdict.Malformed)]
    [InlineData("https://api.example.com\t.evil.org/", UrlVerdict.Malformed)]
    [InlineData(" https://api.example.com/", UrlVerdict.Malformed)]
    [InlineData("https://", UrlVerdict.Malformed)]
    [InlineData("https:///path", UrlVerdict.Malformed)]
    [InlineData("", UrlVerdict.Malformed)]
    [InlineData(null, UrlVerdict.Malformed)]
    public void UrlAllowlist_Samples_AreToldRight(string? url, UrlVerdict expected) => Urls.Check(url).Should().Be(expected);

    [Theory]
    [InlineData("*.1")]
    [InlineData("127.1")]
    [InlineData("a b")]
    [InlineData("b\u00FCcher.example")]
    [InlineData("*")]
    [InlineData("a.*.b")]
    [InlineData("a.b.")]
    public void UrlAllowlist_HostsThatAreNone_Throw(string host) => FluentActions.Invoking(() => new UrlAllowlist([host])).Should().Throw<ArgumentException>();

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("2002:808:808::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("3fff::1", false)]
    public void PublicAddresses_Samples_AreToldRight(string address, bool expected) => PublicAddresses.IsPublic(IPAddress.Parse(address)).Should().Be(expected);

    [Fact]
    public async Task PublicAddresses_ConnectToAHostInside_Throws()
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = PublicAddresses.ConnectAsync };
        using var client = new HttpClient(handler);

        await FluentActions.Awaiting(() => client.GetAsync(new Uri("http://localhost:1/"))).Should().ThrowAsync<HttpRequestException>();
    }

    private static string Decode(string encoded) => Escape().Replace(encoded, match => match.Value switch
    {
        @"\\" => "\\",
        "\\\"" => "\"",
        @"\n" => "\n",
        @"\r" => "\r",
        @"\t" => "\t",
        _ => int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var value && value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value),
    });

    [GeneratedRegex(@"\\(?:\\|""|n|r|t|u\{([0-9a-f]+)\})")]
    private static partial Regex Escape();
}
