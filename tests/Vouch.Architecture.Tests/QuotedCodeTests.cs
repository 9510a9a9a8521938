namespace Vouch.Architecture.Tests;

public sealed class QuotedCodeTests
{
    [Fact]
    public void Blocks_OfAText_AreFoundWithTheirSamples()
    {
        const string Markdown = """
            # Title
            ```csharp
            int a = 1;

            int b = 2;
            ```
            text
            ```bash
            ls
            ```
            <!-- example: samples/X.cs#first -->

            ```csharp
            int c;
            ```
            """;

        QuotedCode.Blocks(Markdown).Should().Equal(("int a = 1;\n\nint b = 2;", null, 2), ("int c;", "samples/X.cs#first", 13));
    }

    [Fact]
    public void Region_OfASource_ComesWithoutIndentation()
    {
        const string Source = """
            class X
            {
                #region readme
                int a;

                    int b;
                #endregion
            }
            """;

        QuotedCode.Region(Source, "readme").Should().Be("int a;\n\n    int b;");
        QuotedCode.Region(Source, "other").Should().BeNull();
    }
}
