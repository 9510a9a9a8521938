using Vouch.TrustEngine.Imaging;

namespace PackageExamples;

/// <summary>The frame scan that the README of Vouch.TrustEngine shows.</summary>
public static class FramesExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region frames
        var shape = new ImageShape(64, 48);
        var noise = new Random(1);
        float[] Render() => [.. Enumerable.Range(0, shape.Length).Select(at => 0.5f + (0.4f * MathF.Sin(at * 0.01f)) + (0.1f * (float)noise.NextDouble()))];
        float[] second = Render(), sent = Render();
        for (int row = 16; row < 32; row++)
        {
            sent.AsSpan((row * 64) + 24, 16).Fill(1);
        }

        FrameScanResult scan = new FrameScan().Compare(shape, sent, second);
        Console.WriteLine($"{scan.Outcome}: {scan.Reasons[0].Text}");
        Console.WriteLine($"SSIM {StructuralSimilarity.Luma<float>(second, sent, shape).Value:F4}, FLIP {FlipDifference.Measure<float>(second, sent, shape).Mean:F4}");
        #endregion
    }
}
