using CsCheck;

namespace ActorCache.Transport.Tests;

/// <summary>Bytes go in as they arrive and come out in order; the room grows with what arrives and is given back later.</summary>
public sealed class ReceiveBufferTests
{
    private const int Initial = 16 * 1024;
    private const int Kept = 256 * 1024;
    private static readonly Gen<double> Fills = Gen.OneOf<double>(Gen.Double[0, 0.1], Gen.Double[0, 0.01], Gen.Const(1.0));

    [Fact]
    public void Whatever_is_received_and_read_in_whatever_steps_comes_out_in_order() =>
        Gen.Select(Fills, Gen.Double[0, 1], Gen.Bool).Array[1, 60].Sample(
            steps =>
            {
                var buffer = new ReceiveBuffer();
                long received = 0, read = 0;
                foreach (var (fill, take, all) in steps)
                {
                    var room = buffer.Room();
                    Assert.False(room.IsEmpty);
                    var count = Math.Max(1, (int)(fill * Math.Min(room.Length, 1 << 17)));
                    var bytes = room.Span[..count];
                    for (var i = 0; i < count; i++) bytes[i] = At(received + i);
                    buffer.Received(count);
                    received += count;

                    Assert.Equal(received - read, buffer.Unread.Length);
                    if (received - read is var n and > 0)
                    {
                        Assert.Equal((At(read), At(received - 1)), (buffer.Unread[0], buffer.Unread[^1]));
                        Assert.Equal(At(read + n / 2), buffer.Unread[(int)(n / 2)]);
                    }
                    var taken = all || received - read > 1 << 20 ? buffer.Unread.Length : (int)(take * buffer.Unread.Length);
                    buffer.Read(taken);
                    read += taken;
                }
                for (var i = 0; i < buffer.Unread.Length; i += 13) Assert.Equal(At(read + i), buffer.Unread[i]);
            },
            iter: 100);

    [Fact]
    public void Small_reads_need_no_more_than_the_first_room()
    {
        var buffer = new ReceiveBuffer();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.InRange(buffer.Room().Length, 1, Initial);
            buffer.Received(100);
            buffer.Read(100);
        }
    }

    [Fact]
    public void Reads_that_fill_the_room_get_a_larger_one_up_to_what_is_kept()
    {
        var buffer = new ReceiveBuffer();
        var largest = 0;
        for (var i = 0; i < 100; i++)
        {
            var room = buffer.Room().Length;
            largest = Math.Max(largest, room);
            buffer.Received(room);
            buffer.Read(room);
        }
        Assert.Equal(Kept, largest);
    }

    [Fact]
    public void A_megabyte_that_comes_byte_by_byte_is_moved_a_few_times_only()
    {
        var buffer = new ReceiveBuffer();
        long moved = 0;
        var previous = 0;
        for (var i = 0; i < 1 << 20; i++)
        {
            var room = buffer.Room();
            room.Span[0] = At(i);
            if (room.Length > previous) moved += buffer.Unread.Length;
            previous = room.Length - 1;
            buffer.Received(1);
        }
        Assert.InRange(moved, 0, 4 << 20);
        Assert.Equal(1 << 20, buffer.Unread.Length);
    }

    [Fact]
    public void The_memory_of_a_large_reply_is_given_back_when_it_is_long_gone()
    {
        var buffer = new ReceiveBuffer();
        for (var received = 0; received < 8 << 20;)
        {
            var room = buffer.Room().Length;
            buffer.Received(room);
            received += room;
        }
        Assert.True(buffer.Unread.Length >= 8 << 20);
        buffer.Read(buffer.Unread.Length);

        for (var i = 0; i < 300; i++)
        {
            buffer.Room();
            buffer.Received(50);
            buffer.Read(50);
        }

        Assert.InRange(buffer.Room().Length, 1, Kept);
    }

    [Fact]
    public void What_is_unread_survives_the_giving_back()
    {
        var buffer = new ReceiveBuffer();
        while (buffer.Unread.Length < 1 << 20) buffer.Received(buffer.Room().Length);
        buffer.Read(buffer.Unread.Length);
        buffer.Room().Span[0] = 42;
        buffer.Received(1);
        for (var i = 0; i < 300; i++)
        {
            buffer.Room().Span[0] = 43;
            buffer.Received(1);
        }

        Assert.Equal((42, 301), (buffer.Unread[0], buffer.Unread.Length));
        Assert.Equal(-1, buffer.Unread[1..].IndexOfAnyExcept((byte)43));
    }

    private static byte At(long position) => (byte)(position * 31 + (position >> 8));
}
