using System.Text;

namespace Vouch.TestData;

/// <summary>
/// The secret that tests of signing and of secrets use. It must show up in no output: not in a log, a message, a response or a report, in none of its forms. <c>canary.txt</c> beside this file
/// holds the forms, one to a line, so that the output of the whole test suite can be searched for them.
/// </summary>
internal static class Canary
{
    /// <summary>32 characters, 32 bytes.</summary>
    public const string Text = "vouch-canary-5d1c9b7e30f24a86a3b";

    /// <summary>The secret as bytes.</summary>
    public static byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    /// <summary>The ways in which it might be written.</summary>
    public static IReadOnlyList<string> Forms { get; } =
    [
        Text,
        Convert.ToBase64String(Bytes).TrimEnd('='),
        Convert.ToHexString(Bytes),
        Convert.ToHexStringLower(Bytes),
        string.Join(", ", Bytes),
        string.Join(",", Bytes),
        string.Join(' ', Bytes),
        BitConverter.ToString(Bytes),
    ];
}
