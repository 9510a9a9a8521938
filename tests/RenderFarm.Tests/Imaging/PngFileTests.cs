using RenderFarm.Imaging;
using RenderFarm.Tracing;

namespace RenderFarm.Tests.Imaging;

public class PngFileTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(64, 33)]
    public void Encode_AnyPicture_ComesBackByteForByte(int width, int height)
    {
        byte[] noise = new byte[3 * width * height];
        new Random(5).NextBytes(noise);
        byte[] gradient = [.. Enumerable.Range(0, 3 * width * height).Select(index => (byte)(index / 3 % width * 255 / width))];

        foreach (byte[] rgb in new[] { noise, gradient })
        {
            (byte[] back, int backWidth, int backHeight) = PngFile.Decode(PngFile.Encode(rgb, width, height));

            back.Should().Equal(rgb);
            (backWidth, backHeight).Should().Be((width, height));
        }
    }

    [Fact]
    public void Encode_OnePixel_HasTheBytesOfTheSpecification()
    {
        byte[] file = PngFile.Encode([255, 0, 0], 1, 1);

        // The signature, and the IHDR chunk of a 1 x 1 truecolour picture with its CRC as every PNG writer emits it.
        Convert.ToHexString(file[..33]).Should().Be("89504E470D0A1A0A" + "0000000D" + "49484452" + "00000001" + "00000001" + "0802000000" + "907753DE");
        Convert.ToHexString(file[^12..]).Should().Be("0000000049454E44AE426082");
    }

    [Fact]
    public void Decode_EveryFlippedByte_IsNoticed()
    {
        byte[] file = PngFile.Encode([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2, 2);
        for (int index = 0; index < file.Length; index++)
        {
            byte[] broken = [.. file];
            broken[index] ^= 0x10;

            Action decode = () => PngFile.Decode(broken);

            decode.Should().Throw<Exception>($"byte {index} was flipped").Where(error => error is InvalidDataException || error is EndOfStreamException);
        }
    }

    [Fact]
    public void Encode_WrongLength_IsRefused()
    {
        Action encode = () => PngFile.Encode([1, 2], 1, 1);

        encode.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ToneMap_KnownValues_FollowTheStandard()
    {
        // IEC 61966-2-1: linear 0.5 is 188, linear 0.18 is 118 (to the nearest byte), and the straight part near black.
        ToneMap.Encode(0.5f).Should().Be(188);
        ToneMap.Encode(0.18f).Should().Be(118);
        ToneMap.Encode(0.001f).Should().Be(3);
        ToneMap.Encode(0f).Should().Be(0);
        ToneMap.Encode(-1f).Should().Be(0);
        ToneMap.Encode(float.NaN).Should().Be(0);
        ToneMap.Encode(float.PositiveInfinity).Should().Be(255);
        ToneMap.Encode(1e30f).Should().Be(255);
    }

    [Fact]
    public void ToneMap_BrighterInput_IsNeverDarker()
    {
        float previous = 0;
        for (float linear = 0; linear < 20; linear += 0.001f)
        {
            float now = ToneMap.Compress(linear);
            now.Should().BeGreaterThanOrEqualTo(previous).And.BeLessThanOrEqualTo(1);
            previous = now;
        }
    }

    [Fact]
    public void DifferenceMap_EqualAndUnequalPixels_HaveTheEndsOfTheRamp()
    {
        var first = new ImageTile(new Rect(0, 0, 2, 1), [0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f], 1);
        var second = new ImageTile(new Rect(0, 0, 2, 1), [0.2f, 0.2f, 0.2f, float.NaN, 0.2f, 0.2f], 1);
        var small = new ImageTile(new Rect(0, 0, 1, 1), [0.2f, 0.2f, 0.2f], 1);

        DifferenceMap.Draw(first, second).Should().Equal(8, 8, 32, 252, 255, 184);
        DifferenceMap.Draw(first, small).Should().Equal(8, 8, 32, 252, 255, 184);
        DifferenceMap.Mean(first, first).Should().Be(0);
        DifferenceMap.Mean(first, second).Should().Be(0.5);
    }
}
