using System.Text;

namespace Vouch.Architecture.Tests.Api;

/// <summary>The public surface of each package stands in its <c>PublicAPI.txt</c>, so that every change to it shows in review.</summary>
public sealed class PublicApiTests
{
    private const string Approve = "VOUCH_APPROVE_API";

    public static TheoryData<string> Names => Package.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void PublicApi_IsTheApprovedOne(string name)
    {
        var package = new Package(name);
        string file = Path.Combine(package.Folder, "PublicAPI.txt");
        IReadOnlyList<string> actual = ApiListing.Of(package.Assembly);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(file, string.Join('\n', actual) + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return;
        }

        string[] approved = File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line.Length > 0)] : [];
        string[] difference = [.. approved.Except(actual).Select(line => "- " + line), .. actual.Except(approved).Select(line => "+ " + line)];

        Assert.True(
            difference.Length == 0,
            $"The public surface of {name} differs from src/{name}/PublicAPI.txt. Where that is wanted, run the tests once more with {Approve}=1 and commit the file.\n{string.Join('\n', difference)}");
        approved.Should().Equal(actual, "the listing is sorted and has each line once");
    }
}
