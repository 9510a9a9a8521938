using System.Globalization;
using System.Net;
using System.Text;

namespace InferenceRouter.Report;

/// <summary>A plain chart with two linear axes.</summary>
internal sealed class SvgChart
{
    private const double Left = 64;
    private const double Top = 16;
    private const double Bottom = 52;
    private const double Right = 24;

    private const double LabelHeight = 12;

    private readonly StringBuilder _body = new();
    private readonly List<(double From, double To, double Y)> _labels = [];
    private readonly double _width;
    private readonly double _height;
    private readonly (double Low, double High) _x;
    private readonly (double Low, double High) _y;

    public SvgChart(double width, double height, (double Low, double High) x, (double Low, double High) y)
    {
        (_width, _height) = (width, height);
        (_x, _y) = (Widened(x), Widened(y));
    }

    public SvgChart Axes(string x, string y, Func<double, string> xText, Func<double, string> yText)
    {
        foreach (double tick in Ticks(_x))
        {
            _body.Append(CultureInfo.InvariantCulture, $"<line class='grid' x1='{X(tick):0.#}' x2='{X(tick):0.#}' y1='{Top}' y2='{_height - Bottom}'/><text class='quiet' x='{X(tick):0.#}' y='{_height - Bottom + 18}' text-anchor='middle'>{xText(tick)}</text>");
        }

        foreach (double tick in Ticks(_y))
        {
            _body.Append(CultureInfo.InvariantCulture, $"<line class='grid' x1='{Left}' x2='{_width - Right}' y1='{Y(tick):0.#}' y2='{Y(tick):0.#}'/><text class='quiet' x='{Left - 8}' y='{Y(tick) + 4:0.#}' text-anchor='end'>{yText(tick)}</text>");
        }

        _body.Append(CultureInfo.InvariantCulture, $"<text class='quiet' x='{(Left + _width - Right) / 2:0.#}' y='{_height - 10}' text-anchor='middle'>{Text(x)}</text>")
            .Append(CultureInfo.InvariantCulture, $"<text class='quiet' transform='translate(14 {(Top + _height - Bottom) / 2:0.#}) rotate(-90)' text-anchor='middle'>{Text(y)}</text>");
        return this;
    }

    public SvgChart Line(IEnumerable<(double X, double Y)> points, string style)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<polyline class='{style}' points='{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#}")))}'/>");
        return this;
    }

    public SvgChart Dot(double x, double y, double radius, string style, string title, string? label = null, bool isLabelLeft = false)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<circle class='{style}' cx='{X(x):0.#}' cy='{Y(y):0.#}' r='{radius:0.#}'><title>{Text(title)}</title></circle>");
        if (label is not null)
        {
            double at = X(x) + (isLabelLeft ? -(radius + 4) : radius + 4);
            _body.Append(CultureInfo.InvariantCulture, $"<text class='label' x='{at:0.#}' y='{Free(at, Y(y), label.Length, isLabelLeft) + 4:0.#}' text-anchor='{(isLabelLeft ? "end" : "start")}'>{Text(label)}</text>");
        }

        return this;
    }

    public string End(string title) => string.Create(
        CultureInfo.InvariantCulture, $"<svg class='chart' viewBox='0 0 {_width} {_height}' role='img' aria-label='{Text(title)}'>{_body}</svg>");

    /// <summary>The nearest height at which a label covers no other.</summary>
    private double Free(double x, double y, int characters, bool isLeft)
    {
        double width = 6.5 * characters;
        double from = isLeft ? x - width : x;
        double at = y;
        for (int step = 1; step < 12 && _labels.Exists(label => Math.Abs(label.Y - at) < LabelHeight && label.From < from + width && from < label.To); step++)
        {
            at = y + ((step % 2 == 0 ? -1 : 1) * LabelHeight * ((step + 1) / 2));
        }

        _labels.Add((from, from + width, at));
        return at;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static (double Low, double High) Widened((double Low, double High) range) =>
        range.High - range.Low > 1e-12 ? range : (range.Low - 0.5, range.High + 0.5);

    private static IEnumerable<double> Ticks((double Low, double High) range)
    {
        double raw = (range.High - range.Low) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        for (double tick = Math.Ceiling(range.Low / step) * step; tick <= range.High + (step * 1e-9); tick += step)
        {
            yield return tick;
        }
    }

    private double X(double value) => Left + ((value - _x.Low) / (_x.High - _x.Low) * (_width - Left - Right));

    private double Y(double value) => _height - Bottom - ((value - _y.Low) / (_y.High - _y.Low) * (_height - Top - Bottom));
}
