using FsCheck;
using FsCheck.Fluent;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Prediction;

public sealed class PromptFeaturesTests
{
    [Fact]
    public void Extract_OtherCaseAndSpacing_SameBuckets() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            string ascii = new([.. text.Get.Where(c => c < 128)]);
            return Buckets(ascii).SetEquals(Buckets(ascii.ToUpperInvariant())) && Buckets(ascii).SetEquals(Buckets("  " + ascii.Replace(" ", " \n ") + "\t"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_802UL, 1UL));

    [Fact]
    public void Extract_Buckets_AreDifferentAndInRange()
    {
        var buckets = new int[PromptFeatures.MaximumFeatures];
        string text = string.Concat(Enumerable.Range(0, 4_000).Select(i => (char)('a' + (i * i % 26)) + (i % 5 == 0 ? " " : "")));

        int count = PromptFeatures.Extract(text, new ulong[PromptFeatures.Buckets / 64], buckets, new float[PromptFeatures.Measures]);

        buckets[..count].Should().OnlyHaveUniqueItems().And.OnlyContain(bucket => bucket >= 0 && bucket < PromptFeatures.Buckets);
    }

    [Fact]
    public void Extract_EverySymbolAWord_FitsItsRoom()
    {
        string worst = string.Concat(Enumerable.Range(0, 10_000).Select(i => (char)(0x2190 + (i % 5_000))));

        int count = PromptFeatures.Extract(worst, new ulong[PromptFeatures.Buckets / 64], new int[PromptFeatures.MaximumFeatures], new float[PromptFeatures.Measures]);

        count.Should().BeLessThanOrEqualTo(PromptFeatures.Buckets);
    }

    [Fact]
    public void Extract_Measures_CountWhatTheySay()
    {
        var measures = new float[PromptFeatures.Measures];

        PromptFeatures.Extract("If x = 12, is\nA. 3\nB. 4?", new ulong[PromptFeatures.Buckets / 64], new int[200], measures);

        Named("options").Should().BeApproximately(MathF.Log(3), 1e-5f);
        Named("numbers").Should().BeApproximately(MathF.Log(4), 1e-5f);
        Named("largest number").Should().BeApproximately(MathF.Log(13), 1e-5f);
        Named("question marks").Should().BeApproximately(MathF.Log(2), 1e-5f);
        Named("equals signs").Should().BeApproximately(MathF.Log(2), 1e-5f);
        Named("lines").Should().BeApproximately(MathF.Log(3), 1e-5f);

        float Named(string name) => measures[Array.IndexOf(PromptFeatures.MeasureNames, name)];
    }

    private static HashSet<int> Buckets(string text)
    {
        var buckets = new int[3 * (text.Length + 2)];
        int count = PromptFeatures.Extract(text, new ulong[PromptFeatures.Buckets / 64], buckets, new float[PromptFeatures.Measures]);
        return [.. buckets[..count]];
    }
}
