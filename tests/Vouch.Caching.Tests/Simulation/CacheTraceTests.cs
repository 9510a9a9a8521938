using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Caching.Simulation;
using Vouch.Core.Exceptions;

namespace Vouch.Caching.Tests.Simulation;

public sealed class CacheTraceTests
{
    [Fact]
    public void Read_KeysAlone_NumbersThemByFirstAppearance()
    {
        CacheTrace trace = Read("7\n9\n7\n18446744073709551615\r\n");

        trace.Keys.ToArray().Should().Equal(0, 1, 0, 2);
        trace.UniqueKeys.Should().Be(3);
        trace.IsSized.Should().BeFalse();
    }

    [Fact]
    public void Read_KeysAndSizes_HasBoth()
    {
        CacheTrace trace = Read("1 10\n2 5\n1 12");

        trace.Keys.ToArray().Should().Equal(0, 1, 0);
        trace.Sizes.ToArray().Should().Equal(10, 5, 12);
    }

    [Fact]
    public void Read_Nothing_IsATraceWithoutRequests()
    {
        CacheTrace trace = Read("");

        trace.Keys.Length.Should().Be(0);
        CacheSimulation.Run(trace, "LRU", 5).HitRate.Should().Be(0);
    }

    [Theory]
    [InlineData("1\nx\n", 2)]
    [InlineData("1\n\n2", 2)]
    [InlineData("-1", 1)]
    [InlineData("18446744073709551616", 1)]
    [InlineData("1 5\n2", 2)]
    [InlineData("1\n2 5", 2)]
    [InlineData("1 0", 1)]
    [InlineData("1 5 5", 1)]
    [InlineData("1 9223372036854775808", 1)]
    public void Read_LineThatIsNoRequest_SaysWhichLine(string text, int line)
    {
        Action read = () => Read(text);

        InputValidationException refused = read.Should().Throw<InputValidationException>().Which;
        refused.Location.Should().Be($"line {line}");
        refused.DataSource.Should().Be("test");
        refused.Expected.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public void Read_DamagedGzip_IsRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), $"vouch-trace-{Guid.NewGuid():N}.txt.gz");
        try
        {
            byte[] packed = Pack(string.Join('\n', Enumerable.Range(0, 5000)));
            packed[packed.Length / 2] ^= 0xFF;
            File.WriteAllBytes(path, packed);
            Action read = () => CacheTrace.Read(path);
            read.Should().Throw<InputValidationException>().Which.DataSource.Should().Be(path);

            File.WriteAllBytes(path, Pack("5\n6\n5"));
            CacheTrace.Read(path).Keys.ToArray().Should().Equal(0, 1, 0);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_AnyText_IsReadOrRefusedByType() =>
        Prop.ForAll(
            Gen.Elements('0', '1', '9', ' ', '\t', '\n', '\r', '-', '.', 'x', '\0', '\u00e9').ArrayOf().ToArbitrary(),
            characters =>
            {
                string text = new(characters);
                try
                {
                    CacheTrace trace = Read(text);
                    return trace.Keys.Length <= text.Length && trace.UniqueKeys <= trace.Keys.Length && (!trace.IsSized || trace.Sizes.Length == trace.Keys.Length);
                }
                catch (InputValidationException refused)
                {
                    return refused.Location is not null;
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Create_OwnKeys_ComparesThemAsAsked()
    {
        CacheTrace.Create(["a", "A", "b"], StringComparer.OrdinalIgnoreCase).UniqueKeys.Should().Be(2);
        CacheTrace.Create([("a", 3L), ("a", 4L)]).Sizes.ToArray().Should().Equal(3, 4);
        Action none = () => CacheTrace.Create([("a", 0L)]);
        none.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static CacheTrace Read(string text) => CacheTrace.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
