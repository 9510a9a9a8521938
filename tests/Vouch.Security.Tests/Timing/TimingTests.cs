using System.Diagnostics;
using Vouch.Security.Signing;

namespace Vouch.Security.Tests.Timing;

/// <summary>
/// Whether the time of a refusal tells where a code goes wrong: Welch's t between codes wrong in the first byte and codes wrong in the last, measured in turn at random. It asks for a quiet machine and runs only where
/// <c>VOUCH_SECURITY_TIMING</c> says how many measurements (1,000,000 for the whole test). Source: O. Reparaz, J. Balasch, I. Verbauwhede, <i>Dude, is my code constant time?</i>, DATE 2017.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class TimingTests
{
    [Fact]
    public void Verify_WrongFirstOrLastByte_TakeTheSameTime()
    {
        int measurements = Scale.Of("VOUCH_SECURITY_TIMING", 0);
        Assert.SkipWhen(measurements == 0, "VOUCH_SECURITY_TIMING says how many measurements; it asks for a quiet machine.");
        using var keys = new KeyRing([SigningKey.FromSecret("a", new byte[32])]);
        var verifier = new GitHubWebhookVerifier(keys);
        byte[] payload = new byte[64];
        byte[] code = System.Security.Cryptography.HMACSHA256.HashData(new byte[32], payload);
        string[] wrong = [Text(code, 0), Text(code, 31)];
        var random = new Random(1);
        var times = new List<double>[] { new(measurements), new(measurements) };
        for (int i = -20_000; i < measurements; i++)
        {
            int which = random.Next(2);
            long start = Stopwatch.GetTimestamp();
            bool valid = verifier.Verify(wrong[which], payload).IsValid;
            long end = Stopwatch.GetTimestamp();
            if (valid)
            {
                throw new InvalidOperationException("A wrong code was accepted.");
            }

            if (i >= 0)
            {
                times[which].Add(end - start);
            }
        }

        // Interruptions are cut off at the 90th percentile of all, the same for both.
        double cut = times.SelectMany(list => list).Order().ElementAt(measurements * 9 / 10);
        double t = Welch([.. times[0].Where(time => time <= cut)], [.. times[1].Where(time => time <= cut)]);
        TestContext.Current.SendDiagnosticMessage($"Welch t = {t:0.00} over {measurements} measurements");
        Math.Abs(t).Should().BeLessThan(4.5);
    }

    private static string Text(byte[] code, int flipped)
    {
        byte[] copy = [.. code];
        copy[flipped] ^= 0xFF;
        return "sha256=" + Convert.ToHexStringLower(copy);
    }

    private static double Welch(double[] left, double[] right)
    {
        static (double Mean, double Share) Moments(double[] values)
        {
            double mean = values.Average();
            return (mean, values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1.0) / values.Length);
        }

        (double leftMean, double leftShare) = Moments(left);
        (double rightMean, double rightShare) = Moments(right);
        return (leftMean - rightMean) / Math.Sqrt(leftShare + rightShare);
    }
}
