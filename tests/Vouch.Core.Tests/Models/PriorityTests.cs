using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class PriorityTests
{
    [Fact]
    public void Constructor_Levels_AreHeldToOneToTen()
    {
        new Priority(1).Should().Be(Priority.Lowest);
        new Priority(10).Should().Be(Priority.Highest);
        FluentActions.Invoking(() => new Priority(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new Priority(11)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Default_IsNormal()
    {
        default(Priority).Should().Be(Priority.Normal);
        Priority.Normal.Level.Should().Be(5);
        default(Priority).ToString().Should().Be("5");
    }

    [Fact]
    public void Order_IsByLevel()
    {
        (Priority.Lowest < Priority.Normal && Priority.Highest > Priority.Normal && Priority.Normal <= new Priority(5) && Priority.Normal >= new Priority(5)).Should().BeTrue();
        Enumerable.Range(1, 10).Reverse().Select(level => new Priority(level)).Order().Select(priority => priority.Level).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    [Fact]
    public void Json_RoundTrip_IsTheLevel()
    {
        JsonSerializer.Serialize(new Priority(7)).Should().Be("7");
        JsonSerializer.Deserialize<Priority>("7").Should().Be(new Priority(7));
        foreach (string json in (string[])["0", "11", "5.5", "\"5\"", "null", "99999999999"])
        {
            FluentActions.Invoking(() => JsonSerializer.Deserialize<Priority>(json)).Should().Throw<JsonException>();
        }
    }
}
