using Vouch.Observability.Traces;

namespace Vouch.Observability.RootCause;

/// <summary>Numbers operations and services in the order they are met.</summary>
internal sealed class OperationTable
{
    private readonly Dictionary<Operation, int> _operations = [];
    private readonly Dictionary<string, int> _services = new(StringComparer.Ordinal);
    private readonly List<(Operation Operation, int Service)> _names = [];
    private readonly List<string> _serviceNames = [];

    public int Services => _serviceNames.Count;

    public Operation this[int operation] => _names[operation].Operation;

    public int ServiceOf(int operation) => _names[operation].Service;

    public string ServiceName(int service) => _serviceNames[service];

    public bool Knows(string service) => _services.ContainsKey(service);

    public int Add(in SpanRecord span)
    {
        var operation = new Operation(span.Service, span.Operation);
        if (!_operations.TryGetValue(operation, out int number))
        {
            number = _names.Count;
            _operations.Add(operation, number);
            _names.Add((operation, AddService(span.Service)));
        }

        return number;
    }

    public int AddService(string service)
    {
        if (!_services.TryGetValue(service, out int number))
        {
            number = _serviceNames.Count;
            _services.Add(service, number);
            _serviceNames.Add(service);
        }

        return number;
    }
}
