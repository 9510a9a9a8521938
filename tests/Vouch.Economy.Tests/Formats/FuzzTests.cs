using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;

namespace Vouch.Economy.Tests.Formats;

/// <summary>Mutated instances are read or refused with a typed error that says where; nothing else escapes.</summary>
public class FuzzTests
{
    private const string Instance =
        """
        {"name":"f","slot_minutes":60,"slots":6,"start":"2026-03-02T00:00","resources":[{"name":"p","capacity":5},{"name":"q","capacity":3}],
        "price":[3,-1,0,2,5,4],"price_forecast":[3,0,0,2,5,4],"capacity_profile":{"q":[3,3,0,2,3,3]},
        "jobs":[{"id":1,"release":0,"deadline":6,"duration":2,"demand":[2,1],"rate":3,"weight":2,"class":"batch","preemptible":true,"resume_overhead":1,"max_segments":2,"min_segment":1,"preds":[],"penalty":99},
        {"id":2,"release":1,"deadline":5,"duration":1,"demand":[5,0],"rate":1,"weight":8,"preemptible":false,"preds":[1],"penalty":50}]}
        """;

    private static readonly string[] Values = ["null", "-1", "0", "1e400", "1e300", "2147483648", "0.5", "\"x\"", "[]", "{}", "true", "[null]", "9223372036854775808", "NaN"];

    [Fact]
    public void Read_MutatedInstances_ReadsOrRefusesWithALocation()
    {
        var random = new Random(20_260_101);
        int refused = 0;
        for (int round = 0; round < 4_000; round++)
        {
            string text = Mutate(random);
            try
            {
                SchedulingInstanceReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text))).Problem.FindInfeasibilities();
            }
            catch (InputValidationException error)
            {
                refused++;
                error.Location.Should().NotBeNullOrEmpty();
                error.Message.Should().NotBeNullOrWhiteSpace();
            }
        }

        refused.Should().BeInRange(1_000, 3_999);
    }

    private static string Mutate(Random random)
    {
        var text = new StringBuilder(Instance);
        for (int change = 1 + random.Next(2); change > 0; change--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(1 + random.Next(12), text.Length - at));
                    break;

                case 1:
                    text.Insert(at, (char)random.Next(32, 300));
                    break;

                case 2:
                    text[at] = (char)random.Next(32, 127);
                    break;

                default:
                    // A number or word is replaced by a value of another kind or size.
                    int colon = text.ToString().IndexOf(':', at);
                    int end = colon < 0 ? -1 : text.ToString().IndexOfAny([',', '}', ']'], colon);
                    if (end > colon)
                    {
                        text.Remove(colon + 1, end - colon - 1);
                        text.Insert(colon + 1, Values[random.Next(Values.Length)]);
                    }

                    break;
            }
        }

        return text.ToString();
    }
}
