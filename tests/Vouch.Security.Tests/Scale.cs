using System.Globalization;

namespace Vouch.Security.Tests;

/// <summary>How much of a long test runs: little by default, all of it where an environment variable asks for it.</summary>
internal static class Scale
{
    public static int Of(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : otherwise;
}
