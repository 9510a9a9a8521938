using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Vouch.Architecture.Tests;

/// <summary>What is committed works on any machine: no paths of one machine, no package feeds of one place.</summary>
public sealed class RepositoryTests
{
    private static readonly string[] BinaryExtensions = [".png", ".jpg", ".glb", ".gz", ".zip", ".bin", ".woff2", ".ico"];

    // Written in pieces, so that this file does not accuse itself.
    private static readonly Regex MachinePath = new(@"(?<![\w.~$}>*])(/" + @"work/|/" + @"root/|/" + @"home/\w|/" + @"Users/\w)|[A-Z]:\\" + @"Users\\", RegexOptions.CultureInvariant);

    private static readonly Regex RegistryHost = new(
        @"api\." + @"nuget\.org|nuget\.pkg\." + @"github\.com|pkgs\.dev\." + @"azure\.com|jfrog\." + @"io|artifa" + @"ctory|/v3/" + @"index\.json",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    [Fact]
    public void TrackedFiles_HoldNoMachinePathsAndNoRegistryHosts()
    {
        var violations = new List<string>();
        foreach (string file in TrackedFiles().Where(file => !BinaryExtensions.Contains(Path.GetExtension(file))))
        {
            string path = Path.Combine(Package.Root, file);
            if (!File.Exists(path))
            {
                continue;
            }

            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (MachinePath.Match(line) is { Success: true } place)
                {
                    violations.Add($"{file}({number}): machine path {place.Value}");
                }

                if (RegistryHost.Match(line) is { Success: true } host)
                {
                    violations.Add($"{file}({number}): package feed {host.Value}");
                }
            }
        }

        violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData("see /wo", "rk/x", true)]
    [InlineData("\"/ro", "ot/.nuget\"", true)]
    [InlineData("C:\\Use", "rs\\me", true)]
    [InlineData("samples/wo", "rk/x", false)]
    [InlineData("../ro", "ot/x", false)]
    public void MachinePath_Samples_AreTold(string start, string end, bool expected) => MachinePath.IsMatch(start + end).Should().Be(expected);

    private static string[] TrackedFiles()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(Package.Root, ".git")), "This is not a git working tree.");
        var start = new ProcessStartInfo("git", ["ls-files", "-z"]) { WorkingDirectory = Package.Root, RedirectStandardOutput = true, UseShellExecute = false };
        try
        {
            using Process git = Process.Start(start)!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.SkipUnless(git.ExitCode == 0, "git does not list the files of this tree.");
            return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not on this machine.");
            return [];
        }
    }
}
