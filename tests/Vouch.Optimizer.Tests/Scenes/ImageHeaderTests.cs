using FsCheck;
using FsCheck.Fluent;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class ImageHeaderTests
{
    // SOI, an application segment of 2 + 14 bytes, a fill byte, then the frame header of a progressive image of 300 x 200.
    private static readonly byte[] Jpeg =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. new byte[14], 0xFF, 0xFF, 0xC4, 0, 2, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1, 44, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void TryRead_Jpeg_FindsTheFrameHeaderBehindOtherSegments()
    {
        ImageHeader.TryRead(Bytes(Jpeg), 1 << 20, out long width, out long height).Should().BeTrue();

        (width, height).Should().Be((300, 200));
    }

    [Fact]
    public void TryRead_CutAnywhereOrBeyondTheLimit_FindsNothing()
    {
        for (int length = 0; length < 34; length++)
        {
            ImageHeader.TryRead(Bytes(Jpeg[..length]), 1 << 20, out _, out _).Should().BeFalse();
        }

        byte[] png = SceneFolder.PngHeader(5, 6);
        for (int length = 0; length < 24; length++)
        {
            ImageHeader.TryRead(Bytes(png[..length]), 1 << 20, out _, out _).Should().BeFalse();
        }

        ImageHeader.TryRead(Bytes(Jpeg), 10, out _, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(0u, 5u)]
    [InlineData(5u, 0u)]
    [InlineData(0x80000000u, 5u)]
    public void TryRead_PngOfImpossibleSize_FindsNothing(uint width, uint height) =>
        ImageHeader.TryRead(Bytes(SceneFolder.PngHeader(width, height)), 1 << 20, out _, out _).Should().BeFalse();

    [Fact]
    public void Base64Range_AnyBytesAtAnyOffset_ReadsWhatWasEncoded() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Bytes, int Offset, int Count)>(), sample =>
        {
            byte[] bytes = sample.Bytes ?? [];
            ByteRange range = ByteRange.OfBase64(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)));
            int offset = Math.Abs(sample.Offset % (bytes.Length + 2));
            byte[] read = new byte[Math.Abs(sample.Count % 64)];
            int count = range.Read(offset, read);
            byte[] expected = [.. bytes.Skip(offset).Take(read.Length)];
            return range.Length == bytes.Length && count == expected.Length && read.AsSpan(0, count).SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Base64Range_BrokenText_ReadsNothingWrong()
    {
        ByteRange range = ByteRange.OfBase64("AAAA!!!!AAAA"u8.ToArray());
        byte[] read = new byte[9];

        range.Read(0, read).Should().BeLessThanOrEqualTo(3);
    }

    private static ByteRange Bytes(byte[] bytes) => ByteRange.OfBase64(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)));
}
