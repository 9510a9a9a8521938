using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Answers;

namespace Vouch.TrustEngine.Tests.Answers;

public class AnswerNormalizerTests
{
    private static readonly AnswerNormalizer Normalizer = new();

    [Theory]
    [InlineData("1/2", "0.5", "50%", "50 percent", "½", "5e-1", "\\frac{1}{2}", "\\dfrac12", "$\\frac{1}{2}$", "\\boxed{\\tfrac{1}{2}}", "2/4", ".5", "0.50", "+1/2", "1⁄2", "５０％", "2^-1", "50\\%")]
    [InlineData("3/2", "1 1/2", "1½", "1.5", "150 %", "1\\frac{1}{2}", "1 \\frac{1}{2}", "3/2.", "-3/-2", "1 ½")]
    [InlineData("-3/4", "-0.75", "−3/4", "–0.75", "-\\frac{3}{4}", "\\frac{-3}{4}", "3/-4", "- 3/4", "-75%")]
    [InlineData("1234", "1,234", "1,234.00", "1\u202F234", "1{,}234", "1\\,234", "1.234e3", "1.234 × 10^3", "1.234×10³", "1.234 \\times 10^{3}", "12.34E+2", "１２３４", "١٢٣٤", "001234")]
    [InlineData("1024", "2^10", "2¹⁰", "2^{10}", "1,024")]
    [InlineData("0", "-0", "0.0", "0/7", "+0", "0%", "0e5")]
    [InlineData("5", "5.", "$5$", "$$5$$", "\\(5\\)", "\\[5\\]", "\\boxed{5}", "Therefore \\boxed{5}.", "The answer is 5.", "the answer is: 5", "Final answer: 5", "**Answer:** 5", "**Answer: 5**", "So 2+3 it is. Thus, the answer is 5.", "We add 2 and 3.\n#### 5", "\"5\"", "`5`", "**5**", "\\text{5}", "5.0", "\u200B5", "\\boxed{5} which means \\boxed{5}")]
    [InlineData("paris", "Paris", " PARIS. ", "“Paris”", "'Paris'", "\\text{Paris}", "The answer is Paris.", "Paris!", "Paris\u00AD")]
    [InlineData("eiffel tower", "The Eiffel Tower", "the  eiffel\ntower.", "Eiffel Tower", "The \"Eiffel\" Tower")]
    [InlineData("don't know", "Don’t know", "don't know.")]
    [InlineData("b", "(B)", "b)", "B.", "The answer is (B).")]
    [InlineData("x^2", "x²", "X^2")]
    [InlineData("x-1", "x−1", "x–1")]
    [InlineData("\\frac{x}{2}", "\\dfrac{x}{2}", "$\\tfrac{x}{2}$")]
    [InlineData("(1, 2)", "\\left(1, 2\\right)", "$(1, 2)$")]
    public void Normalize_FormsOfOneAnswer_AreOne(string canonical, params string[] forms)
    {
        forms.Append(canonical).Select(form => (form, Normalizer.Normalize(form).Canonical)).Should().OnlyContain(pair => pair.Canonical == canonical);
    }

    [Theory]
    [InlineData("1/2", "1/3", "half past", "2", "12", "1/2/2024", "1/-3")]
    [InlineData("102", "10²", "10₂", "10^2 m")]
    [InlineData("11/2", "1½")]
    [InlineData("123", "1.2.3", "1,23", "1 23", "12 3", "1-23")]
    [InlineData("1234", "0,1234", "1,2,3,4", "12,34", "1,2345", "+-1234")]
    [InlineData("5", "5 cm", "5!", "(5)", "5...", "not 5", "x = 5", "$5", "5 or 6", "5, 6", "{5}", "The answer is not 5", "I doubt that the answer is 5.", "The answer is 5. No, wait, it is 6.", "\\boxed{5} or \\boxed{6}", "≈5", "\\sqrt{5}", "5%")]
    [InlineData("4", "-2^2", "2+2", "--4", "\\frac{8}{2}^1")]
    [InlineData("1/3", "0.333", "0.333...", "0.(3)", "33%")]
    [InlineData("3/2", "1 3/2", "1 1/2/1", "6 / 2 2")]
    [InlineData("(1, 2)", "[1, 2]", "{1, 2}", "(2, 1)", "(1; 2)")]
    [InlineData("x-1", "x1", "x+1", "x 1")]
    [InlineData("a", "the", "an", "b")]
    [InlineData("0", "1/0", "0/0", "nan", "∞", "")]
    [InlineData("u.s.", "us")]
    public void Normalize_OtherAnswers_StayApart(string answer, params string[] others)
    {
        string canonical = Normalizer.Normalize(answer).Canonical;

        others.Where(other => Normalizer.Normalize(other).Canonical == canonical).Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, AnswerKind.Empty)]
    [InlineData(" \n\t", AnswerKind.Empty)]
    [InlineData("\u200B", AnswerKind.Empty)]
    [InlineData("$$", AnswerKind.Empty)]
    [InlineData("\\boxed{}", AnswerKind.Empty)]
    [InlineData("-12", AnswerKind.WholeNumber)]
    [InlineData("0.25", AnswerKind.Fraction)]
    [InlineData("\ud800", AnswerKind.Text)]
    [InlineData("NaN", AnswerKind.Text)]
    [InlineData("-Infinity", AnswerKind.Text)]
    [InlineData("1e999999999", AnswerKind.Text)]
    [InlineData("1e-999999999", AnswerKind.Text)]
    [InlineData("1e99999999999999999999", AnswerKind.Text)]
    [InlineData("999999999^999999999", AnswerKind.Text)]
    [InlineData("0^-1", AnswerKind.Text)]
    [InlineData("1e401", AnswerKind.Text)]
    [InlineData("1e399", AnswerKind.WholeNumber)]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", AnswerKind.Digest)]
    public void Normalize_AnyText_HasItsKind(string? text, AnswerKind kind)
    {
        Normalizer.Normalize(text).Kind.Should().Be(kind);
    }

    [Fact]
    public void Normalize_EveryDouble_IsReadExactly()
    {
        double[] values = [1.0 / 3, 5e-324, double.MaxValue, -2.2250738585072014e-308, 0.1, 1e300, 123456789.125];

        foreach (double value in values)
        {
            Normalizer.Normalize(value.ToString("R", CultureInfo.InvariantCulture)).Number!.Value.ToDouble().Should().Be(value);
        }
    }

    [Fact]
    public void Normalize_TextsTooLong_AreEqualOnlyWhereTheyAreTheSame()
    {
        string text = new('x', 10_000);

        NormalizedAnswer answer = Normalizer.Normalize(text);

        answer.Kind.Should().Be(AnswerKind.Digest);
        Normalizer.Normalize(text).Should().Be(answer);
        Normalizer.Normalize(text + "y").Should().NotBe(answer);
        Normalizer.Normalize(answer.Canonical).Should().Be(answer);
        Normalizer.Normalize(new string('$', 8000)).Canonical.Should().NotBeNull();
        Normalizer.Normalize(new string('9', 8000)).Kind.Should().Be(AnswerKind.Text);
    }

    // FIPS 180-4 example: the digest of "abc".
    [Fact]
    public void OfBytes_PublishedVector_IsItsDigest()
    {
        NormalizedAnswer answer = NormalizedAnswer.OfBytes("abc"u8);

        answer.Canonical.Should().Be("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        Normalizer.Normalize(answer.Canonical).Should().Be(answer);
    }

    [Fact]
    public void Normalize_AnyText_IsItsOwnNormalForm()
    {
        string[] parts = ["$", "\\boxed{", "}", "{", "1", "23", "/", ".", ",", " ", "\n", "%", "-", "e", "^", "the ", "answer is ", "½", "²", "(", ")", "\\frac", "\"", "Ab", "x", "**", "é", "\u0301", "\\left", "\\,", "####", "\ud800", "İ", "ß", "ſ", "K", "ﬁ", "ǅ", "…", "!", "?", ":", "`", "\\text{", "=", "￥"];
        var options = new AnswerNormalizerOptions { DecimalComma = true, IgnoreCase = false };
        options.Units.Add("cm");
        options.Units.Add("$");
        AnswerNormalizer[] normalizers = [Normalizer, new(options), new(new AnswerNormalizerOptions { ReadNumbers = false, IgnorePunctuation = false, RemoveWrappers = false, IgnoreArticles = false })];
        Gen<string> pieces = Gen.Elements(parts).ListOf().Select(list => string.Concat(list));
        Gen<string> units = Gen.Choose(0, 0xFFFF).Select(code => (char)code).ListOf().Select(list => string.Concat(list));

        Prop.ForAll(Arb.From(Gen.OneOf(pieces, units)), text => normalizers.All(normalizer =>
        {
            NormalizedAnswer once = normalizer.Normalize(text);
            return normalizer.Normalize(once.Canonical) == once;
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithReplay(20_260_101UL, 1UL));
    }

    // The slow obvious way: cross-multiplication of what the decimal digits say.
    [Fact]
    public void Normalize_DecimalsFractionsAndPercents_AgreeExactlyWhereTheNumbersDo()
    {
        Prop.ForAll(Arb.From(Gen.Choose(-2000, 2000)), Arb.From(Gen.Choose(1, 400)), Arb.From(Gen.Choose(0, 5)), (top, bottom, places) =>
        {
            string fraction = FormattableString.Invariant($"{top}/{bottom}");
            decimal shifted = top / (decimal)Math.Pow(10, places);
            NormalizedAnswer read = Normalizer.Normalize(shifted.ToString(CultureInfo.InvariantCulture));
            NormalizedAnswer percent = Normalizer.Normalize((shifted * 100).ToString(CultureInfo.InvariantCulture) + " %");
            bool equal = top == 0 || BigInteger.Pow(10, places) == bottom;
            return read == percent && (read == Normalizer.Normalize(fraction)) == equal;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Normalize_OtherCultures_ReadTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = culture;
            Normalizer.Normalize("TITLE I").Canonical.Should().Be("title i");
            Normalizer.Normalize("-1,234.5").Canonical.Should().Be("-2469/2");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Normalize_Options_SayWhatCounts()
    {
        var options = new AnswerNormalizerOptions { DecimalComma = true };
        options.Units.Add("x =");
        options.Units.Add("€");
        options.Units.Add("Euro");
        var normalizer = new AnswerNormalizer(options);

        string[] forms = ["x=1.234,5", "€ 1.234,50", "1234,5 euro", "X = 1\u202F234,5"];
        forms.Select(form => normalizer.Normalize(form).Canonical).Should().OnlyContain(canonical => canonical == "2469/2");
        normalizer.Normalize("y = 5").Kind.Should().Be(AnswerKind.Text);

        var literal = new AnswerNormalizer(new AnswerNormalizerOptions { ReadNumbers = false, IgnoreCase = false });
        literal.Normalize("02139").Canonical.Should().Be("02139");
        literal.Normalize("CO").Should().NotBe(literal.Normalize("Co"));
    }

    [Theory]
    [InlineData("m2")]
    [InlineData(" ")]
    [InlineData("-")]
    public void Constructor_UnitThatIsPartOfANumber_Throws(string unit)
    {
        var options = new AnswerNormalizerOptions();
        options.Units.Add(unit);

        FluentActions.Invoking(() => new AnswerNormalizer(options)).Should().Throw<OptionsValidationException>().WithMessage("*Units*");
    }
}
