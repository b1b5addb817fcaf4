package shop

/** An order. */
@Entity("orders")
data class Order(val total: Int) : Base() {
    constructor() : this(0) {}

    // the double
    val twice: Int
        get() = total * 2

    val plain = 1

    suspend fun load(id: Int): Order? {
        fun inner() = 1
        return list.map { it.total }.first()
    }

    companion object {
        fun of(total: Int) = Order(total)
    }
}

interface Priced {
    fun price(): Int
    fun twice() = price() * 2
}

object Registry {
    fun all() = listOf<Order>()
}

enum class State {
    OPEN, CLOSED;
    fun label() = name.lowercase()
}

fun <T> List<T>.second(): T = this[1]
typealias Orders = List<Order>
