using System.Globalization;
using System.IO.Compression;
using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Formats;

public sealed class PsplibReaderTests
{
    private const string Small = """
        ************************************************************************
        file with basedata            : small.bas
        ************************************************************************
        projects                      :  1
        jobs (incl. supersource/sink ):  4
        horizon                       :  9
        RESOURCES
          - renewable                 :  2   R
          - nonrenewable              :  0   N
          - doubly constrained        :  0   D
        ************************************************************************
        PROJECT INFORMATION:
        pronr.  #jobs rel.date duedate tardcost  MPM-Time
            1      2      0        7        1        5
        ************************************************************************
        PRECEDENCE RELATIONS:
        jobnr.    #modes  #successors   successors
           1        1          2           2   3
           2        1          1           4
           3        1          1           4
           4        1          0
        ************************************************************************
        REQUESTS/DURATIONS:
        jobnr. mode duration  R 1  R 2
        ------------------------------------------------------------------------
          1      1     0       0    0
          2      1     5       2    1
          3      1     4       2    0
          4      1     0       0    0
        ************************************************************************
        RESOURCEAVAILABILITIES:
          R 1  R 2
            3    1
        ************************************************************************
        """;

    [Fact]
    public void Read_SmallProject_HasJobsPrecedenceAndCapacities()
    {
        ProjectInstance instance = PsplibReader.Read(new StringReader(Small));

        instance.Problem.Activities.Select(a => a.Id).Should().Equal("1", "2", "3", "4");
        instance.Problem.Activities.Select(a => a.Duration).Should().Equal(0, 5, 4, 0);
        instance.Problem.Activities[1].Demands.Should().Equal(2, 1);
        instance.Problem.Activities[3].Predecessors.Should().BeEquivalentTo("2", "3");
        instance.Problem.Resources.Select(r => r.Capacity).Should().Equal(3, 1);
        instance.Problem.CriticalPath.Should().Be(5);
        (instance.Horizon, instance.DueDate).Should().Be((9, 7));
    }

    [Fact]
    public void Read_PublishedFiles_CriticalPathIsThatOfTheReference()
    {
        // Critical paths from the reference table of the published sets.
        Dictionary<string, int> paths = SharedData.Csv("economy/psplib/reference.csv")
            .ToDictionary(row => row["instance"], row => int.Parse(row["critical_path"], CultureInfo.InvariantCulture));
        int read = 0;

        foreach (string set in new[] { "j30", "j120" })
        {
            using ZipArchive archive = ZipFile.OpenRead(SharedData.Require($"economy/psplib/{set}.zip"));
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using var reader = new StreamReader(entry.Open());
                PsplibReader.Read(reader, entry.Name).Problem.CriticalPath.Should().Be(paths[Path.GetFileNameWithoutExtension(entry.Name)], entry.Name);
                read++;
            }
        }

        read.Should().BeGreaterThan(500);
    }

    [Theory]
    [InlineData("jobs (incl. supersource/sink ):  4", "jobs (incl. supersource/sink ):  many", "line 5")]
    [InlineData("jobs (incl. supersource/sink ):  4", "jobs (incl. supersource/sink ):  3", "line 19")]
    [InlineData("nonrenewable              :  0", "nonrenewable              :  2", "line 9")]
    [InlineData("projects                      :  1", "projects                      :  2", "line 4")]
    [InlineData("   2        1          1           4", "   2        2          1           4", "line 19")]
    [InlineData("   2        1          1           4", "   2        1          2           4", "line 19")]
    [InlineData("   2        1          1           4", "   2        1          1           2", "line 19")]
    [InlineData("   2        1          1           4", "   2        1          1           9", "line 19")]
    [InlineData("   2        1          1           4", "   3        1          1           4", "line 20")]
    [InlineData("   2        1          1           4", "   2        1          1           1", "circle")]
    [InlineData("  2      1     5       2    1", "  2      1    -5       2    1", "line 27")]
    [InlineData("  2      1     5       2    1", "  2      1     5       4    1", "line 27")]
    [InlineData("  2      1     5       2    1", "  2      1     5       2", "line 27")]
    [InlineData("  2      1     5       2    1", "  2      1     5       2   1.5", "line 27")]
    [InlineData("  2      1     5       2    1", "  2      1     5       2   99999999999", "line 27")]
    [InlineData("    3    1", "    3", "line 33")]
    [InlineData("    3    1", "   -3    1", "line 33")]
    public void Read_BrokenFile_SaysWhichLine(string good, string broken, string where)
    {
        Action read = () => PsplibReader.Read(new StringReader(Small.Replace(good, broken, StringComparison.Ordinal)), "small.sm");

        InputValidationException error = read.Should().Throw<InputValidationException>().Which;
        error.DataSource.Should().Be("small.sm");
        (error.Location == where || error.Message.Contains("lead back", StringComparison.Ordinal)).Should().BeTrue(error.Message);
    }

    [Fact]
    public void Read_DamagedFiles_AlwaysATypedAnswer()
    {
        // Cut short, bytes changed, lines dropped or doubled, all from one seed: every damage is read or refused with a place, nothing else escapes.
        var random = new Random(20_260_101);
        string[] lines = Small.Split('\n');
        int refused = 0;
        for (int round = 0; round < 3_000; round++)
        {
            string text = (round % 4) switch
            {
                0 => Small[..random.Next(Small.Length)],
                1 => Changed(Small, random),
                2 => string.Join('\n', lines.Where(_ => random.Next(12) > 0)),
                _ => string.Join('\n', lines.SelectMany(line => random.Next(12) > 0 ? new[] { line } : [line, line])),
            };

            try
            {
                PsplibReader.Read(new StringReader(text));
            }
            catch (InputValidationException error)
            {
                error.Location.Should().NotBeNullOrEmpty();
                refused++;
            }
        }

        refused.Should().BeGreaterThan(1_000);
    }

    private static string Changed(string text, Random random)
    {
        char[] characters = text.ToCharArray();
        const string Alphabet = "0123456789 -:*\nRé";
        for (int i = 0; i < 3; i++)
        {
            characters[random.Next(characters.Length)] = Alphabet[random.Next(Alphabet.Length)];
        }

        return new string(characters);
    }
}
