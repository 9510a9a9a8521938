using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

/// <summary>The index against looking at every point, bit for bit: single precision may choose what is looked at, never what is found.</summary>
public class NeighbourIndexTests
{
    public static TheoryData<string> Tables => ["plain", "far from zero", "columns of all sizes", "tiny", "huge", "few places", "one column", "wide", "nearly equal"];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Find_AnyTable_IsWhatBruteForceFinds(string kind)
    {
        const int Rows = 700;
        const int Wanted = 12;
        var random = new Random(kind.Length);
        int columns = kind switch { "one column" => 1, "wide" => 70, _ => 5 };
        double[] rows = new double[Rows * columns];
        for (int i = 0; i < rows.Length; i++)
        {
            double value = BatchData.Normal(random);
            rows[i] = kind switch
            {
                "far from zero" => 1e9 + (1e-3 * value),
                "columns of all sizes" => value * Math.Pow(10, 6 * ((i % columns) - 2)),
                "tiny" => 1e-150 * value,
                "huge" => 1e149 * Math.Clamp(value, -9, 9),
                "few places" => random.Next(3),
                "nearly equal" => 1 + (1e-15 * random.Next(4)),
                _ => value,
            };
        }

        var index = new NeighbourIndex(rows, Rows, columns);
        var found = new NeighbourList(Wanted);
        for (int query = 0; query < 200; query++)
        {
            double[] place = [.. Enumerable.Range(0, columns).Select(column => rows[(random.Next(Rows) * columns) + column])];
            if (query % 4 == 0)
            {
                place[random.Next(columns)] *= Math.Pow(10, random.Next(-3, kind == "huge" ? 1 : 12));
            }

            index.Find(place, found);

            double[] expected = [.. Enumerable.Range(0, index.Points)
                .Select(point => (Squared(index.Coordinates(point), place), Rows: Enumerable.Range(0, Rows).Count(row => index.PointOf(row) == point)))
                .Order().SelectMany(static entry => Enumerable.Repeat(entry.Item1, entry.Rows)).Take(Wanted)];
            double[] answer = [.. Enumerable.Range(0, found.Count).SelectMany(i => Enumerable.Repeat(found.SquaredDistance(i), found.Rows(i)))];
            answer.Should().Equal(expected);
            if (kind != "plain" && query > 30)
            {
                break;
            }
        }
    }

    private static double Squared(ReadOnlySpan<double> one, double[] other)
    {
        double sum = 0;
        for (int i = 0; i < other.Length; i++)
        {
            double difference = one[i] - other[i];
            sum += difference * difference;
        }

        return sum;
    }
}
