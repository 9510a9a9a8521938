using Vouch.Core.Exceptions;
using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class InputFieldTests
{
    private static readonly InputField Price = new("prices.csv", "column price", 12);

    private static InputValidationException Refused(Action action) => action.Should().Throw<InputValidationException>().Which;

    [Fact]
    public void Finite_NaN_IsRefusedWithEverythingACallerNeeds()
    {
        InputValidationException refused = Refused(() => Price.Finite(double.NaN));

        refused.DataSource.Should().Be("prices.csv");
        refused.Location.Should().Be("line 12, column price");
        refused.Value.Should().Be("NaN");
        refused.Expected.Should().Be("a finite number");
        refused.Message.Should().Be("prices.csv: line 12, column price: found NaN, expected a finite number.");
    }

    [Fact]
    public void Location_WithoutLineOrSource_IsTheName()
    {
        Refused(() => new InputField(null, "$.jobs[3].demand").InRange(-1.0, 0, 5)).Message
            .Should().Be("$.jobs[3].demand: found -1, expected a number in [0, 5].");
        default(InputField).Location.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(2.5)]
    [InlineData(5.0)]
    public void InRange_Inside_ComesBack(double value) => Price.InRange(value, 0, 5).Should().Be(value);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(5.0000001)]
    [InlineData(double.NegativeInfinity)]
    public void InRange_Outside_IsRefused(double value) => Refused(() => Price.InRange(value, 0, 5)).Expected.Should().Be("a number in [0, 5]");

    [Fact]
    public void InRange_Integer_IsChecked()
    {
        Price.InRange(5L, 0, 5).Should().Be(5);
        Refused(() => Price.InRange(6L, 0, 5)).Expected.Should().Be("an integer in [0, 5]");
    }

    [Theory]
    [InlineData("0.25", 0.25)]
    [InlineData("-1e-3", -0.001)]
    [InlineData("+7", 7)]
    public void ParseNumber_Number_IsRead(string text, double expected) => Price.ParseNumber(text).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    public void ParseNumber_AnythingElse_IsRefused(string text) => Refused(() => Price.ParseNumber(text)).Value.Should().Be(text);

    [Fact]
    public void ParseInteger_Checked()
    {
        Price.ParseInteger("-42").Should().Be(-42);
        Refused(() => Price.ParseInteger("4.0")).Expected.Should().StartWith("an integer");
        Refused(() => Price.ParseInteger("9223372036854775808"));
    }

    [Fact]
    public void Refuse_LongValue_IsShortened()
    {
        InputValidationException refused = Refused(() => Price.ParseNumber(new string('x', 10_000)));

        refused.Value.Should().HaveLength(80).And.EndWith("...");
        Refused(() => Price.Refuse<string?>(null, "a name", new FormatException("inner"))).InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public void EveryCheck_GoodValue_AllocatesNothing() =>
        Allocations.Of(() =>
        {
            var field = new InputField("file", "name", 1);
            field.Finite(1);
            field.InRange(1.0, 0, 2);
            field.InRange(1L, 0, 2);
            field.ParseNumber("1.5");
            field.ParseInteger("15");
        }).Should().Be(0);
}
