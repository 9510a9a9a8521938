using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace RenderFarm.Report;

/// <summary>Text that is HTML already.</summary>
internal readonly record struct Raw(string Html);

/// <summary>
/// Builds HTML from interpolated strings: the literal parts are markup, every hole is escaped, so that no name, message or file content can become markup.
/// Only <see cref="Raw"/> passes as it is. Numbers are written invariantly.
/// </summary>
internal sealed class HtmlBuilder
{
    private readonly StringBuilder _text = new();

    public HtmlBuilder Add([InterpolatedStringHandlerArgument("")] ref Handler markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Adds markup that holds nothing from outside.</summary>
    public HtmlBuilder AddMarkup(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public override string ToString() => _text.ToString();

    public Raw ToRaw() => new(_text.ToString());

    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly StringBuilder _text;

        public Handler(int literalLength, int formattedCount, HtmlBuilder builder)
        {
            _ = literalLength + formattedCount;
            _text = builder._text;
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Raw html) => _text.Append(html.Html);

        public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable =>
            _text.Append(WebUtility.HtmlEncode(value.ToString(format, CultureInfo.InvariantCulture)));
    }
}
