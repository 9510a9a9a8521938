using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Pricing;

public class PriceCsvTests
{
    [Fact]
    public void Read_TimeAndPrice_MakesACurve()
    {
        const string Text = "# day ahead\ntime,price\n2026-03-29T00:00+01:00,42.37\n2026-03-29T01:00+01:00,-1e1\r\n\n2026-03-29T03:00+02:00, 0 \n";

        PriceCurve curve = PriceCsv.Read(new StringReader(Text));

        curve.Start.Should().Be(new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero));
        curve.SlotLength.Should().Be(TimeSpan.FromHours(1));
        curve.Prices.ToArray().Should().Equal(42.37, -10, 0);
    }

    [Fact]
    public void Read_OtherColumns_ArePassedOver()
    {
        PriceCurve curve = PriceCsv.Read(new StringReader("\uFEFFutc,local,eur\n2026-01-01T00:00Z,x,1\n2026-01-01T00:15Z,y,2"), "utc", "EUR");

        curve.SlotLength.Should().Be(TimeSpan.FromMinutes(15));
        curve.Prices.ToArray().Should().Equal(1, 2);
    }

    [Theory]
    [InlineData("", "line 1", "header")]
    [InlineData("time,cost\n", "line 1", "column 'price'")]
    [InlineData("time,price\n", "line 2", "at least one row")]
    [InlineData("time,price\nyesterday,1\n", "line 2", "ISO 8601")]
    [InlineData("time,price\n2026-01-01T00:00Z,NaN\n", "line 2", "finite number")]
    [InlineData("time,price\n2026-01-01T00:00Z,1e300\n", "line 2", "finite number")]
    [InlineData("time,price\n2026-01-01T00:00Z,1;5\n", "line 2", "finite number")]
    [InlineData("time,price\n2026-01-01T00:00Z\n", "line 2", "2 cells")]
    [InlineData("time,price\n2026-01-01T00:00Z,1\n2026-01-01T00:00Z,2\n", "line 3", "after that of the row before")]
    [InlineData("time,price\n2026-01-01T00:00Z,1\n2026-01-01T01:00Z,2\n2026-01-01T03:00Z,2\n", "line 4", "01:00:00 after")]
    public void Read_Malformed_SaysWhereAndWhatWasExpected(string text, string location, string expected)
    {
        InputValidationException error = FluentActions.Invoking(() => PriceCsv.Read(new StringReader(text), source: "prices.csv"))
            .Should().Throw<InputValidationException>().Which;

        error.Location.Should().Be(location);
        error.Expected.Should().Contain(expected);
        error.DataSource.Should().Be("prices.csv");
    }

    [Fact]
    public void Read_MutatedText_EndsInACurveOrATypedError()
    {
        byte[] text = Encoding.UTF8.GetBytes("time,price\n2026-01-01T00:00Z,42.5\n2026-01-01T01:00Z,-3\n2026-01-01T02:00Z,0\n");
        for (int seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            byte[] mutated = [.. text];
            for (int i = random.Next(4); i >= 0; i--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                PriceCsv.Read(new StreamReader(new MemoryStream(mutated))).SlotCount.Should().BePositive();
            }
            catch (InputValidationException error)
            {
                error.Location.Should().StartWith("line ");
                error.Expected.Should().NotBeNullOrEmpty();
            }
        }
    }

    [Fact]
    public void ReadFile_RealCarbonSeries_HasTheHoursOfTheYear()
    {
        PriceCurve curve = PriceCsv.ReadFile(SharedData.Require("economy/prices/carbon_de_2020_hourly.csv"), "utc", "gco2_per_kwh");

        curve.SlotLength.Should().Be(TimeSpan.FromHours(1));
        curve.Start.Should().Be(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        curve[0].Should().Be(352.07);
        curve.SlotCount.Should().BeGreaterThan(8_700);
    }
}
