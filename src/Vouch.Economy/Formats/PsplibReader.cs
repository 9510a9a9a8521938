using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Formats;

/// <summary>Reads projects of the PSPLIB single-mode format (<c>.sm</c>).</summary>
/// <remarks>
/// <para>
/// The format (R. Kolisch and A. Sprecher, <i>European Journal of Operational Research</i> 96, 1997): lines of stars part the sections; the header says <c>jobs (incl.
/// supersource/sink ): n</c>, <c>horizon: T</c> and how many renewable, nonrenewable and doubly constrained resources there are; <c>PRECEDENCE RELATIONS:</c> has a row
/// <c>job modes successors s1 s2 ...</c> per job, <c>REQUESTS/DURATIONS:</c> a row <c>job mode duration r1 r2 ...</c>, <c>RESOURCEAVAILABILITIES:</c> a row of names
/// and a row of capacities. One mode per job and renewable resources only: a multi-mode file is refused, not misread.
/// </para>
/// <para>Thread-safe. Whatever is wrong with the data ends in an <see cref="InputValidationException"/> with the line, the value and what was expected.</para>
/// </remarks>
public static class PsplibReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The project; its name is the file's name without the ending.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ProjectInstance ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var reader = new StreamReader(path);
        return Read(reader, path) with { Name = Path.GetFileNameWithoutExtension(path) };
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text; left open.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <returns>The project, without a name.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    public static ProjectInstance Read(TextReader reader, string source = "text")
    {
        ArgumentNullException.ThrowIfNull(reader);
        var parse = new PsplibParse(source);
        while (reader.ReadLine() is { } line)
        {
            parse.Line(line);
        }

        return parse.Finish();
    }

    private enum Section
    {
        Header,
        Project,
        Precedence,
        Requests,
        Capacities,
    }

    private sealed class PsplibParse(string source)
    {
        private readonly Dictionary<int, int[]> _successors = [];
        private readonly Dictionary<int, (int Duration, int[] Demands, int Line)> _requests = [];
        private Section _section;
        private int _line;
        private int? _jobs;
        private int? _horizon;
        private int? _dueDate;
        private int? _resources;
        private int[]? _capacities;

        public void Line(string text)
        {
            _line++;
            string trimmed = text.Trim();
            if (trimmed.Length == 0 || trimmed[0] is '*' or '-')
            {
                if (trimmed.Length > 0 && trimmed[0] == '*')
                {
                    _section = Section.Header;
                }

                if (trimmed.Length == 0 || trimmed[0] == '*' || trimmed.Trim('-').Length == 0)
                {
                    return;
                }
            }

            if (Starts(trimmed, "PROJECT INFORMATION"))
            {
                _section = Section.Project;
            }
            else if (Starts(trimmed, "PRECEDENCE RELATIONS"))
            {
                _section = Section.Precedence;
            }
            else if (Starts(trimmed, "REQUESTS/DURATIONS"))
            {
                _section = Section.Requests;
            }
            else if (Starts(trimmed, "RESOURCEAVAILABILITIES"))
            {
                _section = Section.Capacities;
            }
            else if (_section == Section.Header)
            {
                Header(trimmed);
            }
            else if (char.IsAsciiLetter(trimmed[0]))
            {
                return; // the row of column names
            }
            else
            {
                Row(trimmed);
            }
        }

        public ProjectInstance Finish()
        {
            int jobs = _jobs ?? throw End("a header line 'jobs (incl. supersource/sink ): n'");
            int[] capacities = _capacities ?? throw End("a section RESOURCEAVAILABILITIES with one capacity per resource");
            var predecessors = new List<string>[jobs + 1];
            for (int job = 1; job <= jobs; job++)
            {
                predecessors[job] = [];
            }

            for (int job = 1; job <= jobs; job++)
            {
                if (!_successors.TryGetValue(job, out int[]? successors))
                {
                    throw End(Text($"a row for job {job} under PRECEDENCE RELATIONS"));
                }

                foreach (int successor in successors)
                {
                    predecessors[successor].Add(Text($"{job}"));
                }
            }

            var activities = new List<ProjectActivity>(jobs);
            for (int job = 1; job <= jobs; job++)
            {
                if (!_requests.TryGetValue(job, out (int Duration, int[] Demands, int Line) request))
                {
                    throw End(Text($"a row for job {job} under REQUESTS/DURATIONS"));
                }

                if (request.Demands.Length != capacities.Length)
                {
                    throw Bad(request.Line, Text($"{request.Demands.Length} requests"), Text($"{capacities.Length} requests, one per resource"));
                }

                for (int k = 0; k < capacities.Length; k++)
                {
                    if (request.Duration > 0 && request.Demands[k] > capacities[k])
                    {
                        throw Bad(request.Line, Text($"a request of {request.Demands[k]}"), Text($"at most {capacities[k]}, the capacity of resource {k + 1}"));
                    }
                }

                activities.Add(new ProjectActivity(Text($"{job}"), request.Duration, request.Demands, predecessors[job]));
            }

            try
            {
                return new ProjectInstance("", new ProjectProblem(capacities.Select((capacity, k) => new ProjectResource(Text($"R {k + 1}"), capacity)), activities), _horizon, _dueDate);
            }
            catch (ArgumentException error)
            {
                throw new InputValidationException($"{source}: {error.Message}", error) { DataSource = source, Location = Text($"line {_line}"), Expected = error.Message };
            }
        }

        private static bool Starts(string text, string name) => text.StartsWith(name, StringComparison.OrdinalIgnoreCase);

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

        private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");

        private void Header(string text)
        {
            int colon = text.LastIndexOf(':');
            if (colon < 0)
            {
                return;
            }

            string[] cells = text[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string name = text.TrimStart('-', ' ');
            if (Starts(name, "jobs"))
            {
                _jobs = Whole(cells, text, 1, ProjectProblem.MaxActivities);
            }
            else if (Starts(name, "horizon"))
            {
                _horizon = Whole(cells, text, 0, int.MaxValue);
            }
            else if (Starts(name, "projects"))
            {
                Whole(cells, text, 1, 1);
            }
            else if (Starts(name, "renewable"))
            {
                _resources = Whole(cells, text, 0, 1_000);
            }
            else if (Starts(name, "nonrenewable") || Starts(name, "doubly constrained"))
            {
                Whole(cells, text, 0, 0);
            }
        }

        private int Whole(string[] cells, string text, int least, int most) =>
            cells.Length > 0 && int.TryParse(cells[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : throw Bad(_line, Shorten(text), least == most ? Text($"{least}: only single projects with renewable resources are read") : Text($"a whole number in [{least}, {most}] after the colon"));

        private void Row(string text)
        {
            string[] cells = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int[] numbers = new int[cells.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                if (!int.TryParse(cells[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out numbers[i]))
                {
                    throw Bad(_line, Shorten(cells[i]), Text($"a whole number in cell {i + 1}"));
                }
            }

            switch (_section)
            {
                case Section.Project:
                    _dueDate = numbers.Length > 3 ? numbers[3] : _dueDate;
                    break;
                case Section.Precedence:
                    Precedence(numbers);
                    break;
                case Section.Requests:
                    Request(numbers);
                    break;
                default:
                    Capacities(numbers);
                    break;
            }
        }

        private int Job(int number) =>
            _jobs is not { } jobs ? throw Bad(_line, Text($"job {number}"), "the number of jobs in the header before the first row")
            : number >= 1 && number <= jobs ? number
            : throw Bad(_line, Text($"job {number}"), Text($"a job number in [1, {jobs}]"));

        private void Precedence(int[] numbers)
        {
            if (numbers.Length < 3 || numbers[1] != 1 || numbers[2] < 0 || numbers[2] != numbers.Length - 3)
            {
                throw Bad(_line, Shorten(string.Join(' ', numbers)), "job number, 1 (mode), the number of successors, and that many successors");
            }

            int[] successors = numbers[3..];
            foreach (int successor in successors)
            {
                Job(successor);
            }

            if (!_successors.TryAdd(Job(numbers[0]), successors))
            {
                throw Bad(_line, Text($"job {numbers[0]} a second time"), "one row per job");
            }

            if (Array.IndexOf(successors, numbers[0]) >= 0)
            {
                throw Bad(_line, Text($"job {numbers[0]} as its own successor"), "another job");
            }
        }

        private void Request(int[] numbers)
        {
            if (numbers.Length < 3 || numbers[1] != 1 || (_resources is { } resources && numbers.Length != 3 + resources))
            {
                throw Bad(_line, Shorten(string.Join(' ', numbers)), Text($"job number, 1 (mode), duration, and {_resources ?? 0} requests; multi-mode files are not read"));
            }

            if (numbers[2] is < 0 or > ProjectActivity.MaxDuration)
            {
                throw Bad(_line, Text($"a duration of {numbers[2]}"), Text($"a duration in [0, {ProjectActivity.MaxDuration}]"));
            }

            foreach (int demand in numbers.AsSpan(3))
            {
                if (demand is < 0 or > ProjectActivity.MaxDemand)
                {
                    throw Bad(_line, Text($"a request of {demand}"), Text($"a request in [0, {ProjectActivity.MaxDemand}]"));
                }
            }

            if (!_requests.TryAdd(Job(numbers[0]), (numbers[2], numbers[3..], _line)))
            {
                throw Bad(_line, Text($"job {numbers[0]} a second time"), "one row per job");
            }
        }

        private void Capacities(int[] numbers)
        {
            if (_capacities is not null || (_resources is { } resources && numbers.Length != resources))
            {
                throw Bad(_line, Shorten(string.Join(' ', numbers)), Text($"one row of {_resources ?? 0} capacities"));
            }

            foreach (int capacity in numbers)
            {
                if (capacity is < 0 or > ProjectResource.MaxCapacity)
                {
                    throw Bad(_line, Text($"a capacity of {capacity}"), Text($"a capacity in [0, {ProjectResource.MaxCapacity}]"));
                }
            }

            _capacities = numbers;
        }

        private InputValidationException End(string expected) => Bad(_line, "the end of the text", expected);

        private InputValidationException Bad(int line, string value, string expected) =>
            new(Text($"{source}, line {line}: expected {expected}, found '{value}'."))
            {
                DataSource = source,
                Location = Text($"line {line}"),
                Value = value,
                Expected = expected,
            };
    }
}
