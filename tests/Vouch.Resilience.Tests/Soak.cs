using System.Globalization;

namespace Vouch.Resilience.Tests;

/// <summary>How long the tests on real threads run. <c>VOUCH_SOAK_SCALE=N</c> multiplies their operations by N: about a million at 1, and ten times as many at 10.</summary>
internal static class Soak
{
    public static int Scale { get; } = int.Parse(Environment.GetEnvironmentVariable("VOUCH_SOAK_SCALE") ?? "1", CultureInfo.InvariantCulture);
}
