using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>
/// Random interleavings of everything that can happen to a connection, against a model that is a list: each operation ends exactly once,
/// with its own reply or with the end that the model foresees. The connection is driven from one thread, and what it does on others is
/// waited for after each step, so a seed that fails fails again.
/// </summary>
public sealed class PairingModelTests
{
    private const int Seeds = 5_000;

    [Theory]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    [InlineData(Dialect.Binary)]
    public async Task Every_operation_ends_once_with_its_own_reply_or_the_end_that_the_model_foresees(Dialect dialect)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                await new Run(seed, dialect).Play();
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    /// <summary>What the model knows of one operation that was accepted.</summary>
    private sealed class Entry(TestOperation operation, int number, int opaque, TimeSpan deadline, Dialect dialect)
    {
        public TestOperation Operation => operation;

        public int Number => number;

        public TimeSpan Deadline => deadline;

        /// <summary>The request as the wire must see it.</summary>
        public string Request { get; } = operation.Kind switch
        {
            _ when dialect == Dialect.Binary => BinaryRequest(operation.Kind, $"k{number}", opaque),
            RequestKind.Get when dialect == Dialect.Classic => $"gets k{number}\r\n",
            RequestKind.Touch when dialect == Dialect.Classic => $"touch k{number} 60\r\n",
            RequestKind.Store when dialect == Dialect.Classic => $"set k{number} 0 0 1\r\nx\r\n",
            RequestKind.Delete when dialect == Dialect.Classic => $"delete k{number}\r\n",
            RequestKind.Arithmetic when dialect == Dialect.Classic => $"incr k{number} 1\r\n",
            _ when dialect == Dialect.Classic => Probe(dialect),
            RequestKind.Get => $"mg k{number} v f k c O{opaque}\r\n",
            RequestKind.Touch => $"mg k{number} k c O{opaque} T60\r\n",
            RequestKind.Store => $"ms k{number} 1 O{opaque}\r\nx\r\n",
            RequestKind.Delete => $"md k{number} O{opaque}\r\n",
            RequestKind.Arithmetic => $"ma k{number} v O{opaque} D1\r\n",
            _ => Probe(dialect),
        };

        /// <summary>The reply, stamped with the number wherever its kind has room for it.</summary>
        public string Reply { get; } = operation.Kind switch
        {
            _ when dialect == Dialect.Binary => BinaryReply(operation.Kind, number, opaque),
            RequestKind.Get or RequestKind.NoOp when dialect == Dialect.Classic && (number % 3 == 0 || operation.Kind == RequestKind.NoOp) => "END\r\n",
            RequestKind.Get when dialect == Dialect.Classic => $"VALUE k{number} 0 {Stamp(number).Length} 1\r\n{Stamp(number)}\r\nEND\r\n",
            RequestKind.Touch when dialect == Dialect.Classic => "TOUCHED\r\n",
            RequestKind.Store when dialect == Dialect.Classic && number % 3 != 0 => "STORED\r\n",
            RequestKind.Delete when dialect == Dialect.Classic => "DELETED\r\n",
            RequestKind.Arithmetic when dialect == Dialect.Classic && number % 3 != 0 => $"{Stamp(number)}\r\n",
            RequestKind.Get when number % 3 == 0 => $"EN kk{number} O{opaque}\r\n",
            RequestKind.Get => $"VA {Stamp(number).Length} kk{number} c1 O{opaque}\r\n{Stamp(number)}\r\n",
            RequestKind.Touch => $"HD kk{number} O{opaque}\r\n",
            RequestKind.Store when number % 3 == 0 => "SERVER_ERROR out of memory storing object\r\n",
            RequestKind.Store or RequestKind.Delete => $"HD O{opaque}\r\n",
            RequestKind.Arithmetic when number % 3 == 0 => "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n",
            RequestKind.Arithmetic => $"VA {Stamp(number).Length} O{opaque}\r\n{Stamp(number)}\r\n",
            _ => "MN\r\n",
        };

        /// <summary>How it ends; null while it waits. An operation that was taken back ends nowhere.</summary>
        public Ending? Foreseen { get; set; }

        public bool TakenBack { get; set; }

        public bool Waits => Foreseen is null && !TakenBack;

        /// <summary>What the reply means.</summary>
        public Protocol.ReplyCode Code => dialect == Dialect.Binary ? BinaryCode(operation.Kind, number) : CodeOf(Reply);

        public static string Probe(Dialect dialect) => dialect switch
        {
            Dialect.Classic => "get actorcache-probe\r\n",
            Dialect.Binary => BinaryFrame.Request(BinaryFrame.NoOp, 0),
            _ => "mn\r\n",
        };

        private static string BinaryRequest(RequestKind kind, string key, int opaque) => kind switch
        {
            RequestKind.Get => BinaryFrame.Request(BinaryFrame.GetK, opaque, key),
            RequestKind.Touch => BinaryFrame.Request(BinaryFrame.Touch, opaque, key, "\0\0\0\u003c"),
            RequestKind.Store => BinaryFrame.Request(BinaryFrame.Set, opaque, key, new string('\0', 8), "x"),
            RequestKind.Delete => BinaryFrame.Request(BinaryFrame.Delete, opaque, key),
            RequestKind.Arithmetic => BinaryFrame.Request(BinaryFrame.Increment, opaque, key, BinaryFrame.Number(1, 8) + new string('\0', 8) + new string('\u00ff', 4)),
            _ => BinaryFrame.Request(BinaryFrame.NoOp, opaque),
        };

        private static string BinaryReply(RequestKind kind, int number, int opaque) => kind switch
        {
            RequestKind.Get when number % 3 == 0 => BinaryFrame.Reply(BinaryFrame.GetK, opaque, status: 1, key: $"k{number}"),
            RequestKind.Get => BinaryFrame.Hit(opaque, $"k{number}", Stamp(number)),
            RequestKind.Touch => BinaryFrame.Reply(BinaryFrame.Touch, opaque, extras: "\0\0\0\0"),
            RequestKind.Store when number % 3 == 0 => BinaryFrame.Reply(BinaryFrame.Set, opaque, status: 0x82, value: "Out of memory allocating item"),
            RequestKind.Store => BinaryFrame.Reply(BinaryFrame.Set, opaque, cas: 7),
            RequestKind.Delete => BinaryFrame.Reply(BinaryFrame.Delete, opaque),
            RequestKind.Arithmetic when number % 3 == 0 => BinaryFrame.Reply(BinaryFrame.Increment, opaque, status: 6, value: "Non-numeric server-side value for incr or decr"),
            RequestKind.Arithmetic => BinaryFrame.Reply(BinaryFrame.Increment, opaque, value: BinaryFrame.Number(ulong.Parse(Stamp(number), CultureInfo.InvariantCulture), 8)),
            _ => BinaryFrame.Reply(BinaryFrame.NoOp, opaque),
        };

        private static Protocol.ReplyCode BinaryCode(RequestKind kind, int number) => kind switch
        {
            RequestKind.Get => number % 3 == 0 ? Protocol.ReplyCode.Miss : Protocol.ReplyCode.Value,
            RequestKind.Store when number % 3 == 0 => Protocol.ReplyCode.ServerError,
            RequestKind.Arithmetic => number % 3 == 0 ? Protocol.ReplyCode.ClientError : Protocol.ReplyCode.Value,
            RequestKind.NoOp => Protocol.ReplyCode.NoOp,
            _ => Protocol.ReplyCode.Done,
        };

        private static Protocol.ReplyCode CodeOf(string reply) => reply.Split(' ', '\r')[0] switch
        {
            "VA" or "VALUE" => Protocol.ReplyCode.Value,
            "EN" or "END" => Protocol.ReplyCode.Miss,
            "HD" or "STORED" or "DELETED" or "TOUCHED" => Protocol.ReplyCode.Done,
            var number when char.IsAsciiDigit(number[0]) => Protocol.ReplyCode.Value,
            "MN" => Protocol.ReplyCode.NoOp,
            "SERVER_ERROR" => Protocol.ReplyCode.ServerError,
            "CLIENT_ERROR" => Protocol.ReplyCode.ClientError,
            var other => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the model says no {other}")),
        };

        public static string Stamp(int number) => new('7', number % 19 + 1);
    }

    private sealed class Run(int seed, Dialect dialect)
    {
        private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(200);
        private static readonly TimeSpan StallAfter = ReadTimeout - TimeSpan.FromMilliseconds(20); // early by a tick, or by a tenth if that is less
        private readonly Random _random = new(seed);
        private readonly FakeTimeProvider _time = new();
        private readonly List<Entry> _all = [];
        private readonly Queue<Entry> _unanswered = [];   // in order, the abandoned ones included
        private readonly StringBuilder _requests = new(Entry.Probe(dialect));
        private readonly List<TestOperation> _neverAccepted = [];
        private LiveConnection _live = null!;
        private TimeSpan _now, _lastByte, _busySince;
        private int _opaque = 1, _window;
        private string _owed = "";                         // the rest of a reply of which a part was said
        private bool _held, _closed;
        private int _sentBeforeHold;

        public async Task Play()
        {
            _window = _random.Next(1, 12);
            _live = await LiveConnection.Start(
                new ConnectionOptions { Dialect = dialect, MaxInFlight = _window, ReadTimeout = ReadTimeout, IdleProbe = TimeSpan.FromHours(1) }, _time);

            for (var step = _random.Next(20, 150); step > 0 && !_closed; step--)
            {
                switch (_random.Next(20))
                {
                    case < 7: Send(); break;
                    case < 12: Answer(_random.Next(1, 6), whole: true); break;
                    case < 14: Answer(_random.Next(1, 3), whole: false); break;
                    case 14: Pass(_random.Next(1, 5)); break;
                    case 15: TakeBack(); break;
                    case 16: FailToWrite(); break;
                    case 17: Hold(); break;
                    case 18: Release(); break;
                    default:
                        if (_random.Next(12) == 0) Disconnect();
                        break;
                }
                await SettleDown();
            }
            if (!_closed) Disconnect();
            await _live.Closed;
            await AssertAsForeseen();
        }

        private void Send()
        {
            var number = _all.Count + 1;
            var kind = (RequestKind)_random.Next(6);
            var budget = _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(25 * _random.Next(1, 8)) : (TimeSpan?)null;
            var operation = new TestOperation(kind, $"k{number}", _time, budget);

            var outcome = _live.Connection.TrySend(operation);

            var full = _unanswered.Count >= _window;
            Assert.Equal(full ? SendOutcome.Full : SendOutcome.Accepted, outcome);
            if (full)
            {
                _neverAccepted.Add(operation);
                return;
            }
            if (_unanswered.Count == 0) _busySince = _now;
            var deadline = _now + (budget is { } b && b < ReadTimeout ? b : ReadTimeout);
            var entry = new Entry(operation, number, _opaque, deadline, dialect);
            _opaque++;
            _all.Add(entry);
            _unanswered.Enqueue(entry);
            _requests.Append(entry.Request);
        }

        // The peer answers what it has seen, in one piece; perhaps with the beginning of a reply more.
        private void Answer(int count, bool whole)
        {
            var said = new StringBuilder(_owed);
            if (_owed.Length > 0) Arrived(_unanswered.Dequeue());
            _owed = "";
            var seen = Seen();
            while (count-- > 0 && _unanswered.TryPeek(out var entry) && Array.IndexOf(seen, entry) >= 0)
            {
                if (count == 0 && !whole)
                {
                    var cut = _random.Next(1, entry.Reply.Length);
                    said.Append(entry.Reply, 0, cut);
                    _owed = entry.Reply[cut..];
                    break;
                }
                said.Append(entry.Reply);
                Arrived(_unanswered.Dequeue());
            }
            if (said.Length == 0) return;
            _lastByte = _now;
            _live.Wire.Say(said.ToString());
        }

        private static void Arrived(Entry entry)
        {
            if (!entry.Waits) return;
            entry.Foreseen = new Ending(entry.Code, null, entry.Code == Protocol.ReplyCode.Value ? Entry.Stamp(entry.Number) : "");
        }

        private void Pass(int ticks)
        {
            for (; ticks > 0 && !_closed; ticks--)
            {
                _now += _live.Options.Tick;
                if (_unanswered.Count > 0 && _now - (_lastByte > _busySince ? _lastByte : _busySince) >= StallAfter) EndAll();
                else
                {
                    foreach (var entry in _unanswered.Where(entry => entry.Waits && entry.Deadline <= _now))
                        entry.Foreseen = new Ending(null, AttemptEnd.TimedOut);
                }
                _time.Advance(_live.Options.Tick);
            }
        }

        private void TakeBack()
        {
            if (_all.Count == 0) return;
            var entry = _all[_random.Next(_all.Count)];
            Assert.Equal(entry.Waits, entry.Operation.TakeBack());
            if (entry.Waits) entry.TakenBack = true;
        }

        private void FailToWrite()
        {
            var operation = new TestOperation(RequestKind.Store, "broken", _time)
            {
                WriteFault = new InvalidOperationException("cannot encode"),
            };
            if (_unanswered.Count < _window) Assert.Throws<InvalidOperationException>(() => _live.Connection.TrySend(operation));
            else Assert.Equal(SendOutcome.Full, _live.Connection.TrySend(operation));
            _neverAccepted.Add(operation);
        }

        private void Hold()
        {
            if (_held) return;
            _live.Wire.HoldSends();
            _held = true;
            _sentBeforeHold = _requests.Length;
        }

        private void Release()
        {
            _live.Wire.ReleaseSends();
            _held = false;
        }

        private void Disconnect()
        {
            EndAll();
            switch (_random.Next(5))
            {
                case 0: _live.Wire.End(); break;
                case 1: _live.Wire.Break(LiveConnection.Reset); break;
                case 2: _live.Connection.Close(new ConnectionClosed(CloseReason.Closed, "test")); break;
                case 3 when _owed.Length == 0: _live.Wire.Say(OfNobody); break;
                case 4 when _held: _live.Wire.FailSends(LiveConnection.Reset); _live.Wire.End(); break;
                case 4 when _owed.Length == 0: _live.Wire.Say("\n\n"); break;
                default: _live.Wire.End(); break;
            }
        }

        private string OfNobody => dialect switch
        {
            Dialect.Classic => "OK\r\n",
            Dialect.Binary => BinaryFrame.Reply(BinaryFrame.NoOp, 65_000),
            _ => "HD O65000\r\n",
        };

        // The model's own end of the connection: what the wire has not seen by now it never will.
        private void EndAll()
        {
            _closed = true;
            var seen = Seen();
            foreach (var entry in _unanswered.Where(entry => entry.Waits))
                entry.Foreseen = new Ending(null, Array.IndexOf(seen, entry) >= 0 ? AttemptEnd.Unanswered : AttemptEnd.NeverSent);
        }

        private Entry[] Seen()
        {
            var unseen = _requests.Length - _live.Wire.Sent.Length;
            var queue = _unanswered.ToArray();
            var count = queue.Length;
            for (; unseen > 0; count--) unseen -= queue[count - 1].Request.Length;
            Assert.Equal(0, unseen);
            return queue[..count];
        }

        // Waiters are woken on other threads, and then what was kept back meanwhile goes out: all of it, or while the test holds sends one.
        private async Task SettleDown()
        {
            foreach (var entry in _all.Where(entry => entry.Foreseen is not null))
                await entry.Operation.Ended.Soon($"operation {entry.Number}");
            while (!_closed && _live.Wire.Sent.Length < _requests.Length && (!_held || _live.Wire.Sent.Length == _sentBeforeHold))
                await _live.Wire.NextSend();
            Assert.StartsWith(_live.Wire.Sent, _requests.ToString(), StringComparison.Ordinal);
            if (_closed)
            {
                await _live.Closed;
                return;
            }
            Assert.False(_live.Connection.Completion.IsCompleted);
            Assert.Equal(_unanswered.Count, _live.Connection.InFlight);
        }

        private async Task AssertAsForeseen()
        {
            foreach (var entry in _all)
            {
                if (!entry.TakenBack)
                {
                    var ending = await entry.Operation.Ended.Soon($"operation {entry.Number}");
                    Assert.True(entry.Foreseen == ending with { Text = "" },
                        $"operation {entry.Number} ({entry.Operation.Kind}) ended {ending}, foreseen {entry.Foreseen}");
                }
                Assert.Equal(entry.TakenBack ? 0 : 1, entry.Operation.Ends);
            }
            Assert.All(_neverAccepted, operation => Assert.Equal(0, operation.Ends));
            Assert.Equal(SendOutcome.Closed, _live.TryGet());
        }
    }
}
