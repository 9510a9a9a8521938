using Vouch.Core.Models;
using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class BoundaryTests
{
    private static void Throws<TException>(Action action, string message, string parameter)
        where TException : ArgumentException
    {
        TException thrown = action.Should().ThrowExactly<TException>().Which;
        thrown.Message.Should().Contain(message);
        thrown.ParamName.Should().Be(parameter);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Numbers_NotFinite_AreRefusedByEveryCheck(double price)
    {
        Throws<ArgumentOutOfRangeException>(() => Boundary.Finite(price), "must be a finite number", "price");
        Throws<ArgumentOutOfRangeException>(() => Boundary.Positive(price), "must be a finite number above zero", "price");
        Throws<ArgumentOutOfRangeException>(() => Boundary.NonNegative(price), "must be a finite number of zero or more", "price");
        Throws<ArgumentOutOfRangeException>(() => Boundary.Share(price), "must be a number in [0, 1]", "price");
        Throws<ArgumentOutOfRangeException>(() => Boundary.OpenShare(price), "must be a number in (0, 1)", "price");
        Throws<ArgumentOutOfRangeException>(() => Boundary.InRange(price, -1.5, 2), "must be in [-1.5, 2]", "price");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(5e-324)]
    [InlineData(1.0)]
    [InlineData(1e300)]
    [InlineData(double.MaxValue)]
    public void Numbers_FiniteAndNotNegative_ComeBackUnchanged(double value)
    {
        Boundary.Finite(value).Should().Be(value);
        Boundary.NonNegative(value).Should().Be(value);
        Boundary.Finite(-value).Should().Be(-value);
    }

    [Fact]
    public void Numbers_AtTheBounds_AreJudgedExactly()
    {
        Boundary.Share(0).Should().Be(0);
        Boundary.Share(1).Should().Be(1);
        FluentActions.Invoking(() => Boundary.Share(Math.BitIncrement(1.0))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Boundary.Share(-double.Epsilon)).Should().Throw<ArgumentOutOfRangeException>();
        Boundary.OpenShare(double.Epsilon).Should().Be(double.Epsilon);
        FluentActions.Invoking(() => Boundary.OpenShare(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Boundary.OpenShare(1)).Should().Throw<ArgumentOutOfRangeException>();
        Boundary.Positive(double.Epsilon).Should().Be(double.Epsilon);
        FluentActions.Invoking(() => Boundary.Positive(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Boundary.Positive(-0.0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Boundary.NonNegative(-double.Epsilon)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void InRange_AnyOrderedType_IsClosedAtBothEnds()
    {
        int count = 11;
        TimeSpan wait = TimeSpan.FromSeconds(-1);

        Boundary.InRange(1, 1, 10).Should().Be(1);
        Boundary.InRange(10, 1, 10).Should().Be(10);
        Boundary.InRange(TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromDays(1)).Should().Be(TimeSpan.FromSeconds(5));
        Throws<ArgumentOutOfRangeException>(() => Boundary.InRange(count, 1, 10), "must be in [1, 10]", "count");
        Throws<ArgumentOutOfRangeException>(() => Boundary.InRange(wait, TimeSpan.Zero, TimeSpan.FromDays(1)), "[00:00:00, 1.00:00:00]", "wait");
        FluentActions.Invoking(() => Boundary.InRange(float.NaN, 0f, 1f)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Boundary.InRange(float.NaN, float.NegativeInfinity, float.PositiveInfinity)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void AllFinite_OneBadValueAnywhere_IsNamedByItsPosition()
    {
        foreach (int length in (int[])[1, 2, 3, 4, 7, 8, 9, 31, 64, 1000])
        {
            double[] values = [.. Enumerable.Range(0, length).Select(number => number % 2 == 0 ? 1e308 : -1e308)];
            Boundary.AllFinite(values).Length.Should().Be(length);
            foreach (int position in (int[])[0, length / 2, length - 1])
            {
                foreach (double bad in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
                {
                    double[] spoilt = [.. values];
                    spoilt[position] = bad;
                    Throws<ArgumentException>(() => Boundary.AllFinite(spoilt), $"position {position} holds", "spoilt");
                }
            }
        }

        Boundary.AllFinite([]).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Defined_UndefinedEnum_IsRefusedWithTheNames()
    {
        var profile = (OptimizationProfile)17;

        Boundary.Defined(OptimizationProfile.Economy).Should().Be(OptimizationProfile.Economy);
        Throws<ArgumentOutOfRangeException>(() => Boundary.Defined(profile), "one of Balanced, Quality, Economy", "profile");
    }

    [Theory]
    [InlineData("w1")]
    [InlineData("Łódź \ud83d\ude00")]
    public void Text_Printable_ComesBackUnchanged(string name) => Boundary.Text(name, 20).Should().BeSameAs(name);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  \t", "empty")]
    [InlineData("12345678901", "at most 10 characters; this one has 11")]
    [InlineData("a\nb", "U+000A stands at position 1")]
    [InlineData("a\u0085", "U+0085 stands at position 1")]
    public void Text_NotPrintable_IsRefusedWithTheReason(string name, string message) =>
        Throws<ArgumentException>(() => Boundary.Text(name, 10), message, "name");

    [Fact]
    public void Text_LoneSurrogate_IsRefusedWithItsPlace()
    {
        // Not as InlineData: metadata holds UTF-8, which cannot carry them.
        foreach ((string name, string message) in ((string, string)[])[("ab\ud800c", "U+D800 stands at position 2"), ("ab\udc00", "U+DC00 stands at position 2"), ("\ud800", "U+D800 stands at position 0")])
        {
            Throws<ArgumentException>(() => Boundary.Text(name, 10), message, "name");
        }
    }

    [Fact]
    public void Text_Null_Throws() => FluentActions.Invoking(() => Boundary.Text(null)).Should().ThrowExactly<ArgumentNullException>();

    [Fact]
    public void Items_SizeAndNulls_AreChecked()
    {
        string?[] names = ["a", null, "c"];
        List<int> numbers = [1, 2, 3];

        Boundary.Items(numbers, 1, 3).Should().BeSameAs(numbers);
        Throws<ArgumentException>(() => Boundary.Items(names), "null", "names");
        Throws<ArgumentException>(() => Boundary.Items(names), "at position 1", "names");
        Throws<ArgumentException>(() => Boundary.Items(numbers, 4), "holds at least 4 elements; this one holds 3", "numbers");
        Throws<ArgumentException>(() => Boundary.Items(numbers, 0, 2), "holds 0 to 2 elements; this one holds 3", "numbers");
        FluentActions.Invoking(() => Boundary.Items<int>(null)).Should().ThrowExactly<ArgumentNullException>();
    }

    [Fact]
    public void NotEmptyAndSameLength_AreChecked()
    {
        int[] values = [];
        int[] weights = [1];

        Boundary.NotEmpty<int>(weights).Length.Should().Be(1);
        Throws<ArgumentException>(() => Boundary.NotEmpty<int>(values), "list is empty", "values");
        Boundary.SameLength(weights.Length, 1);
        Throws<ArgumentException>(() => Boundary.SameLength(values.Length, weights.Length), "must be 1; it is 0", "values.Length");
    }

    [Fact]
    public void EveryCheck_GoodValue_AllocatesNothing()
    {
        double[] values = new double[100];
        string[] names = ["a", "b"];

        Allocations.Of(() =>
        {
            Boundary.Finite(1);
            Boundary.Positive(1);
            Boundary.NonNegative(1);
            Boundary.Share(1);
            Boundary.OpenShare(0.5);
            Boundary.InRange(1.0, 0.0, 2.0);
            Boundary.InRange(1, 0, 2);
            Boundary.InRange(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.MaxValue);
            Boundary.Defined(QualityScale.Accuracy);
            Boundary.Text("name", 20);
            Boundary.AllFinite(values);
            Boundary.NotEmpty<double>(values);
            Boundary.Items(names, 1, 3);
            Boundary.SameLength(1, 1);
        }).Should().Be(0);
    }
}
